import type { Box } from './box.ts';
import type { Mask } from '../inference/masks/mask.ts';

/** What a model says about its own input, before any threshold; `box` is in the model's input pixels. */
export interface Detection {
  readonly label: string;
  /** 0…1, as the model gives it. */
  readonly confidence: number;
  readonly box: Box;
  /** Drawn by models that segment. */
  readonly mask?: Mask;
}

/** A detection that passed the suspected threshold, in the pixels of the instance as displayed. */
export interface Finding {
  readonly label: string;
  readonly confidence: number;
  readonly box: Box;
  /** Outline in the instance's pixels where the model draws one. */
  readonly polygon: Polygon | null;
  /** Names of the models that agree on it, where several looked. */
  readonly models?: readonly string[];
}

export type Polygon = readonly (readonly [x: number, y: number])[];

export type ExecutionProvider = 'tensorrt' | 'cuda' | 'cpu';

/** The model that made a finding, enough to find its manifest again. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly task: string;
}
