import type { IndexedPicture } from '../../contract/radiograph.ts';

/** How much of the display scale a picture uses, 0…1. */
export interface GreyUse {
  /** The part between the grey levels that hold nearly all pixels. */
  readonly span: number;
  /** The same of what is left without the grey level at either end, where that is a border. */
  readonly innerSpan: number;
  /** Share of the pixels at the black end and at the white end, and of all others. */
  readonly black: number;
  readonly white: number;
}

/**
 * Derived from 3,117 radiographs as their modalities show them: CR and DX of public collections and the training part of
 * FracAtlas. The least that one of them uses is 0.337, and the next 0.385, so none of them is below this. Values of 14
 * bits that are shown on a scale of 16 use at most 0.25.
 */
const MIN_INNER_SPAN = 0.25;
/** Three of 256 grey levels: no structure is left. */
const MIN_SPAN = 4 / 256;
/**
 * Of the same radiographs each one has at least 0.44 of its pixels between black and white, so less than half of that is
 * the limit, and none has as much as `MIN_CLIPPED` at both ends. A window that is too narrow leaves much at both.
 */
const MIN_BETWEEN = 0.2;
const MIN_CLIPPED = 0.05;

const BIN_SHIFT = 6;
const BINS = 65536 >> BIN_SHIFT;
/** As for a window made from the picture: one level of more than this share at an end is a border. */
const BORDER_SHARE = 0.02;
/** Markers and dead pixels at either end. */
const TAIL_SHARE = 0.005;
/** Fewer at either end, since all that there is to see may be small. */
const FINEST_TAIL_SHARE = 0.0005;
/** Enough pixels for a share of 0.05 %, on rows spread evenly over the picture; all of a small one. */
const LOOKS = 2 ** 16;
const MIN_ROWS = 256;

/** Whether next to nothing of a picture can be seen on the display scale, although its samples may hold more. */
export function isHardlyVisible({ innerSpan, black, white }: GreyUse): boolean {
  const isClipped = Math.min(black, white) >= MIN_CLIPPED && 1 - black - white < MIN_BETWEEN;
  return innerSpan <= MIN_INNER_SPAN || isClipped;
}

/** Whether no structure of a picture can be seen at all. */
export function isInvisible({ span }: Pick<GreyUse, 'span'>): boolean {
  return span < MIN_SPAN;
}

/** Measures how much of the display scale the picture uses, on some of its rows. */
export function measureGreyUse(picture: IndexedPicture): GreyUse {
  const { counts, black, white, total } = countGreys(picture);
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const span = spanOf(counts, total, FINEST_TAIL_SHARE);
  const inner = counts.slice();
  let left = total;
  for (const end of first === last ? [first] : [first, last]) {
    const count = inner[end] ?? 0;
    if (count <= total * BORDER_SHARE) continue;
    inner[end] = 0;
    left -= count;
  }
  return { span, innerSpan: spanOf(inner, left, TAIL_SHARE), black: black / total, white: white / total };
}

function countGreys({ width, height, samples, levels }: IndexedPicture): {
  readonly counts: Uint32Array;
  readonly black: number;
  readonly white: number;
  readonly total: number;
} {
  const counts = new Uint32Array(BINS);
  const mask = levels.length - 1;
  const rows = Math.min(height, Math.max(MIN_ROWS, Math.ceil(LOOKS / width)));
  const step = Math.max(1, Math.floor((rows * width) / LOOKS));
  let total = 0;
  let black = 0;
  let white = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = Math.floor(((row + 0.5) * height) / rows) * width;
    for (let index = start; index < start + width; index += step) {
      const level = levels[(samples[index] ?? 0) & mask] ?? 0;
      const bin = level >> BIN_SHIFT;
      counts[bin] = (counts[bin] ?? 0) + 1;
      if (level === 0) black += 1;
      else if (level === 65535) white += 1;
      total += 1;
    }
  }
  return { counts, black, white, total };
}

/** The part of the scale that all but a share of the pixels at either end take; 0 for none. */
function spanOf(counts: Uint32Array, total: number, tailShare: number): number {
  const tail = total * tailShare;
  let low = 0;
  let high = BINS - 1;
  for (let seen = counts[low] ?? 0; seen <= tail && low < high; seen += counts[low] ?? 0) low += 1;
  for (let seen = counts[high] ?? 0; seen <= tail && high > low; seen += counts[high] ?? 0) high -= 1;
  return total === 0 ? 0 : (high - low) / BINS;
}
