import type { Box } from '../contract/box.ts';
import type { Mask } from './masks/mask.ts';

/** A raw model output, before any threshold; `box` is in the model's input pixels. */
export interface Detection {
  readonly label: string;
  /** 0…1, as the model returns it. */
  readonly confidence: number;
  readonly box: Box;
  /** Only from segmentation models. */
  readonly mask?: Mask;
}
