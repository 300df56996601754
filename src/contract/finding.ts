import type { Box } from './box.ts';

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
