/** The compared facts of one image. */
export interface Likeness {
  readonly file: string;
  readonly sha256: string | null;
  /** A small square picture, `THUMBNAIL_SIDE` × `THUMBNAIL_SIDE`, grey; null if the picture cannot be read. */
  readonly thumbnail: Float32Array | null;
}

/** Two images with the same or nearly the same content. */
export interface DuplicatePair {
  readonly files: readonly [string, string];
  /** `same-bytes`, or the likeness of the small pictures, 0…1. */
  readonly likeness: number;
  readonly kind: 'same-bytes' | 'same-picture' | 'mirrored' | 'neighbours';
}

/** Side of the small pictures that are compared. */
export const THUMBNAIL_SIDE = 48;
/** The same exposure, saved again or windowed differently, correlates above 0.98; hardly anything lies just below. */
const ALIKE = 0.95;
/** Files with consecutive numbers are often of one patient, so a lower likeness is enough to group them. */
const NEIGHBOURS_ALIKE = 0.75;
/** The small pictures are compared by their averages over blocks first, which rules nearly all pairs out. */
const BLOCKS = 8;

/**
 * Every pair of images with equal bytes, alike pictures (as they are or mirrored), or following numbers and similar
 * pictures: the rule by which training/split.py groups images.
 */
export function findDuplicates(images: readonly Likeness[]): DuplicatePair[] {
  const prepared = images.map(({ thumbnail }) => (thumbnail ? prepare(thumbnail) : null));
  const mirrored = images.map(({ thumbnail }) => (thumbnail ? prepare(mirror(thumbnail)) : null));
  const numbers = images.map(({ file }) => Number(/\d+/.exec(file)?.[0] ?? Number.NaN));
  const pairs: DuplicatePair[] = [];
  for (const [a, first] of images.entries()) {
    for (let b = a + 1; b < images.length; b += 1) {
      const second = images[b];
      if (!second) continue;
      const files: [string, string] = [first.file, second.file];
      if (first.sha256 !== null && first.sha256 === second.sha256) {
        pairs.push({ files, likeness: 1, kind: 'same-bytes' });
        continue;
      }
      const isNext = (numbers[b] ?? 0) - (numbers[a] ?? 0) === 1;
      const likeness = alike(prepared[a], prepared[b], isNext ? NEIGHBOURS_ALIKE : ALIKE);
      const flipped = likeness === null ? alike(prepared[a], mirrored[b], ALIKE) : null;
      if (likeness !== null)
        pairs.push({ files, likeness, kind: likeness > ALIKE ? 'same-picture' : 'neighbours' });
      else if (flipped !== null) pairs.push({ files, likeness: flipped, kind: 'mirrored' });
    }
  }
  return pairs;
}

/** The first file of the group that each image belongs to: pairs chained together. */
export function groupsOf(
  files: readonly string[],
  pairs: readonly DuplicatePair[],
): ReadonlyMap<string, string> {
  const parent = new Map(files.map((file) => [file, file]));
  const root = (file: string): string => {
    let at = file;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const { files: pair } of pairs) {
    const [a, b] = [root(pair[0]), root(pair[1])];
    if (a !== b) parent.set(a < b ? b : a, a < b ? a : b);
  }
  return new Map(files.map((file) => [file, root(file)]));
}

interface Prepared {
  /** Without its mean, of length one: products are correlations. */
  readonly values: Float32Array;
  /** The part of it that averages over blocks hold, and the length of the rest. */
  readonly coarse: Float32Array;
  readonly rest: number;
}

/** The correlation of two pictures if it is above `least`, else null. */
function alike(a: Prepared | null | undefined, b: Prepared | null | undefined, least: number): number | null {
  if (!a || !b) return null;
  // What the averages leave out can add no more than the product of its lengths.
  if (product(a.coarse, b.coarse) + a.rest * b.rest <= least) return null;
  const likeness = product(a.values, b.values);
  return likeness > least ? likeness : null;
}

function prepare(thumbnail: Float32Array): Prepared {
  const mean = thumbnail.reduce((sum, value) => sum + value, 0) / thumbnail.length;
  const centred = thumbnail.map((value) => value - mean);
  const length = Math.max(Math.sqrt(product(centred, centred)), 1e-6);
  const values = centred.map((value) => value / length);
  const coarse = new Float32Array(BLOCKS * BLOCKS);
  const block = THUMBNAIL_SIDE / BLOCKS;
  for (const [index, value] of values.entries()) {
    const at =
      Math.floor(Math.floor(index / THUMBNAIL_SIDE) / block) * BLOCKS +
      Math.floor((index % THUMBNAIL_SIDE) / block);
    // A block of n equal samples has the length of its mean times the root of n.
    coarse[at] = (coarse[at] ?? 0) + value / block;
  }
  return { values, coarse, rest: Math.sqrt(Math.max(0, 1 - product(coarse, coarse))) };
}

function mirror(thumbnail: Float32Array): Float32Array {
  return thumbnail.map(
    (_, index) =>
      thumbnail[index - (index % THUMBNAIL_SIDE) + THUMBNAIL_SIDE - 1 - (index % THUMBNAIL_SIDE)] ?? 0,
  );
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
