import type { Box } from '../../contract/box.ts';
import type { Polygon } from '../../contract/finding.ts';

/** One fracture as annotated. */
export interface LabelledFracture {
  readonly box: Box;
  /** Its outlines; empty where only a box was drawn. */
  readonly polygons: readonly Polygon[];
  /** COCO's iscrowd: a region of many fractures; it need not be found, and detections inside it are ignored. */
  readonly isCrowd: boolean;
}

/** Facts about an image; empty or null where the data set does not state them. */
export interface ImageFacts {
  readonly bodyParts: readonly string[];
  readonly views: readonly string[];
  readonly hasHardware: boolean | null;
  readonly ageYears: number | null;
}

/** One image of a labelled folder. */
export interface LabelledImage {
  /** Its name in the data set. */
  readonly file: string;
  readonly path: string;
  /** COCO's id, or the place in the data set from 1. */
  readonly imageId: number;
  readonly fractures: readonly LabelledFracture[];
  /** `shares`: coordinates are shares of the picture's width and height, as YOLO writes them. */
  readonly unit: 'pixels' | 'shares';
  /** The size of the picture according to the labels; null if they do not state it. */
  readonly declaredSize: { readonly width: number; readonly height: number } | null;
  readonly facts: ImageFacts;
  /** What the data set's own columns claim, in addition to the drawn fractures; null if they claim nothing. */
  readonly claims: { readonly isFractured: boolean; readonly fractureCount: number } | null;
}

export const NO_FACTS: ImageFacts = { bodyParts: [], views: [], hasHardware: null, ageYears: null };

/** The fractures of an image in the pixels of its picture. */
export function fracturesInPixels(
  { fractures, unit }: LabelledImage,
  { width, height }: { readonly width: number; readonly height: number },
): readonly LabelledFracture[] {
  if (unit === 'pixels') return fractures;
  return fractures.map(({ box, polygons, isCrowd }) => ({
    box: { x: box.x * width, y: box.y * height, width: box.width * width, height: box.height * height },
    polygons: polygons.map((polygon) => polygon.map(([x, y]): [number, number] => [x * width, y * height])),
    isCrowd,
  }));
}

/** The smallest box around outlines. */
export function boxAround(polygons: readonly Polygon[]): Box {
  const points = polygons.flat();
  const [columns, rows] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return { x: left, y: top, width: Math.max(...columns) - left, height: Math.max(...rows) - top };
}
