import type { IndexedPicture } from '../../contract/radiograph.ts';
import { isInvisible, measureGreyUse } from './grey-use.ts';

export interface GreyMeasure {
  /** All pixels have the same display grey. */
  readonly isBlank: boolean;
  /** Share of pixels at either end of the display scale, 0…1. */
  readonly blackShare: number;
  readonly whiteShare: number;
  /** No structure can be seen: nearly all pixels have nearly the same grey. */
  readonly isInvisible: boolean;
}

/** How much a picture's display grey varies; all but `isBlank` is measured on rows spread evenly over it. */
export function measureGrey(picture: IndexedPicture): GreyMeasure {
  const use = measureGreyUse(picture);
  const { samples, levels } = picture;
  return {
    isBlank: isBlank(samples, levels),
    blackShare: use.black,
    whiteShare: use.white,
    isInvisible: isInvisible(use),
  };
}

/** Stops at the first pixel that differs, which comes early in a radiograph. */
function isBlank(samples: Uint8Array | Uint16Array, levels: Uint16Array): boolean {
  const mask = levels.length - 1;
  const first = levels[(samples[0] ?? 0) & mask];
  return samples.every((sample) => levels[sample & mask] === first);
}
