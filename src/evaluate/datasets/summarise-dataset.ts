import { boxAround, fracturesInPixels, type LabelledImage } from './labelled-image.ts';
import type { DuplicatePair } from './near-duplicates.ts';

/** Facts read from the file of one image. */
export interface SurveyedImage {
  readonly image: LabelledImage;
  readonly isThere: boolean;
  /** The file ends where its format requires. */
  readonly isWhole: boolean;
  /** EXIF, 1…8; null for DICOM or if it cannot be read. */
  readonly orientation: number | null;
  /** As displayed; null if it cannot be decoded. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Why it cannot be decoded. */
  readonly reason: string | null;
}

/** An inconsistency of a data set, or a notable fact. */
export interface Inconsistency {
  readonly kind:
    | 'missing-file'
    | 'truncated'
    | 'undecodable'
    | 'turned-by-exif'
    | 'size-differs'
    | 'claimed-but-not-drawn'
    | 'drawn-but-not-claimed'
    | 'count-differs'
    | 'outside-the-picture'
    | 'box-and-outline-differ'
    | 'duplicate';
  readonly files: readonly string[];
  readonly detail: string;
}

interface Counts {
  readonly images: number;
  readonly fractured: number;
}

/** The summary of a labelled folder. */
export interface DatasetSummary {
  readonly images: number;
  /** Images in which a fracture is drawn. */
  readonly fractured: number;
  readonly fractures: number;
  readonly outlines: number;
  readonly bodyPart: Readonly<Record<string, Counts>>;
  readonly view: Readonly<Record<string, Counts>>;
  readonly hardware: Counts | null;
  /** The number of images for each number of drawn fractures. */
  readonly fractureCount: Readonly<Record<string, number>>;
  /** The same by the data set's own column; null if it has none. */
  readonly claimedFractureCount: Readonly<Record<string, number>> | null;
  readonly sizes: Readonly<Record<string, number>>;
  /** Median share of the picture that one fracture's box covers; null without any. */
  readonly medianBoxShare: number | null;
  readonly duplicateGroups: number;
  readonly inconsistencies: readonly Inconsistency[];
}

/** How far, in pixels, a label may extend beyond the edge before it is reported. */
const EDGE_PX = 1;

/** Counts and inconsistencies of a data set whose files were inspected. */
export function summariseDataset(
  surveyed: readonly SurveyedImage[],
  duplicates: readonly DuplicatePair[],
  groups: ReadonlyMap<string, string>,
): DatasetSummary {
  const images = surveyed.map(({ image }) => image);
  const hasHardware = images.some(({ facts }) => facts.hasHardware !== null);
  const isClaimed = images.some(({ claims }) => claims !== null);
  const byGroup = Map.groupBy(groups, ([, group]) => group);
  return {
    ...countsOf(images),
    fractures: images.reduce((sum, { fractures }) => sum + fractures.length, 0),
    outlines: images.reduce(
      (sum, { fractures }) => sum + fractures.filter(({ polygons }) => polygons.length > 0).length,
      0,
    ),
    bodyPart: countBy(images, ({ facts }) => facts.bodyParts),
    view: countBy(images, ({ facts }) => facts.views),
    hardware: hasHardware ? countsOf(images.filter(({ facts }) => facts.hasHardware === true)) : null,
    fractureCount: tally(images.map(({ fractures }) => String(fractures.length))),
    claimedFractureCount: isClaimed
      ? tally(images.map(({ claims }) => String(claims?.fractureCount ?? 'none')))
      : null,
    sizes: tally(surveyed.flatMap(({ size }) => (size ? [`${size.width}×${size.height}`] : []))),
    medianBoxShare: medianShare(surveyed),
    duplicateGroups: [...byGroup.values()].filter((members) => members.length > 1).length,
    inconsistencies: [
      ...surveyed.flatMap(inconsistenciesOf),
      ...duplicates.map(({ files, kind, likeness }): Inconsistency => ({
        ...{ kind: 'duplicate', files },
        detail: kind === 'same-bytes' ? 'the same file' : `${kind}, likeness ${likeness.toFixed(3)}`,
      })),
    ],
  };
}

function inconsistenciesOf(surveyed: SurveyedImage): Inconsistency[] {
  const { image, isThere, isWhole, orientation, size, reason } = surveyed;
  const found: Inconsistency[] = [];
  const add = (kind: Inconsistency['kind'], detail: string): void => {
    found.push({ kind, files: [image.file], detail });
  };
  if (!isThere) add('missing-file', 'named by the labels, but not in the folder');
  else if (!isWhole) add('truncated', 'the file ends before its picture does');
  else if (reason !== null) add('undecodable', reason);
  if (orientation !== null && orientation !== 1) add('turned-by-exif', `EXIF orientation ${orientation}`);
  const declared = image.declaredSize;
  if (size && declared && (size.width !== declared.width || size.height !== declared.height)) {
    add(
      'size-differs',
      `labels: ${declared.width}×${declared.height}, picture: ${size.width}×${size.height}`,
    );
  }
  addClaims(image, add);
  if (size) addGeometry(image, size, add);
  return found;
}

function addClaims(
  { claims, fractures }: LabelledImage,
  add: (kind: Inconsistency['kind'], detail: string) => void,
): void {
  if (claims === null) return;
  const drawn = fractures.length;
  if (claims.isFractured && drawn === 0) add('claimed-but-not-drawn', 'fractured by its column, none drawn');
  if (!claims.isFractured && drawn > 0)
    add('drawn-but-not-claimed', `${drawn} drawn, not fractured by its column`);
  if (claims.fractureCount !== drawn)
    add('count-differs', `${claims.fractureCount} by its column, ${drawn} drawn`);
}

function addGeometry(
  image: LabelledImage,
  size: { readonly width: number; readonly height: number },
  add: (kind: Inconsistency['kind'], detail: string) => void,
): void {
  for (const { box, polygons } of fracturesInPixels(image, size)) {
    const over = Math.max(-box.x, -box.y, box.x + box.width - size.width, box.y + box.height - size.height);
    if (over > EDGE_PX) add('outside-the-picture', `a box reaches ${Math.round(over)} pixels over the edge`);
    if (polygons.length === 0) continue;
    const around = boxAround(polygons);
    const apart = Math.max(
      Math.abs(around.x - box.x),
      Math.abs(around.y - box.y),
      Math.abs(around.x + around.width - box.x - box.width),
      Math.abs(around.y + around.height - box.y - box.height),
    );
    const limit = Math.max(2, 0.02 * Math.max(box.width, box.height));
    if (apart > limit) add('box-and-outline-differ', `by ${Math.round(apart)} pixels`);
  }
}

function countsOf(images: readonly LabelledImage[]): Counts {
  return {
    images: images.length,
    fractured: images.filter(({ fractures }) => fractures.length > 0).length,
  };
}

function countBy(
  images: readonly LabelledImage[],
  keysOf: (image: LabelledImage) => readonly string[],
): Readonly<Record<string, Counts>> {
  const keys = [...new Set(images.flatMap(keysOf))];
  return Object.fromEntries(
    keys.map((key) => [key, countsOf(images.filter((image) => keysOf(image).includes(key)))]),
  );
}

/** The number of occurrences of each value, numbers in their order, otherwise the most frequent first. */
function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = Map.groupBy(words, (word) => word);
  return Object.fromEntries(
    [...counts].map(([word, all]) => [word, all.length] as const).toSorted(([, a], [, b]) => b - a),
  );
}

function medianShare(surveyed: readonly SurveyedImage[]): number | null {
  const shares = surveyed
    .flatMap(({ image, size }) => {
      if (!size) return [];
      return fracturesInPixels(image, size).map(
        ({ box }) => (box.width * box.height) / (size.width * size.height),
      );
    })
    .toSorted((a, b) => a - b);
  return shares[Math.floor(shares.length / 2)] ?? null;
}
