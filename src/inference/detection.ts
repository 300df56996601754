import type { Box } from '../contract/box.ts';
import type { Mask } from './masks/mask.ts';

/** What a model says about its own input, before any threshold; `box` is in the model's input pixels. */
export interface Detection {
  readonly label: string;
  /** 0…1, as the model gives it. */
  readonly confidence: number;
  readonly box: Box;
  /** Drawn by models that segment. */
  readonly mask?: Mask;
}
