import type { IndexedPicture } from '../../contract/radiograph.ts';

export interface GreyMeasure {
  /** All pixels have the same display grey. */
  readonly isBlank: boolean;
  /** Share of pixels at either end of the display scale, 0…1. */
  readonly blackShare: number;
  readonly whiteShare: number;
}

/** Enough for a share accurate to a tenth of a percent, in whole rows; all of a small picture. */
const LOOKS = 2 ** 18;

/** How much a picture's display grey varies; the shares are measured on rows spread evenly over it. */
export function measureGrey({ width, height, samples, levels }: IndexedPicture): GreyMeasure {
  const mask = levels.length - 1;
  const rows = Math.min(height, Math.max(64, Math.ceil(LOOKS / width)));
  let black = 0;
  let white = 0;
  for (let row = 0; row < rows; row += 1) {
    const start = Math.floor(((row + 0.5) * height) / rows) * width;
    for (let index = start; index < start + width; index += 1) {
      const level = levels[(samples[index] ?? 0) & mask];
      if (level === 0) black += 1;
      else if (level === 65535) white += 1;
    }
  }
  const looks = rows * width;
  return { isBlank: isBlank(samples, levels), blackShare: black / looks, whiteShare: white / looks };
}

/** Stops at the first pixel that differs, which comes early in a radiograph. */
function isBlank(samples: Uint8Array | Uint16Array, levels: Uint16Array): boolean {
  const mask = levels.length - 1;
  const first = levels[(samples[0] ?? 0) & mask];
  return samples.every((sample) => levels[sample & mask] === first);
}
