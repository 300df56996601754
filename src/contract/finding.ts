import type { Box } from './box.ts';

/** A detection that passed the suspected threshold, in the pixels of the instance as displayed. */
export interface Finding {
  readonly label: string;
  readonly confidence: number;
  readonly box: Box;
  /** Outline in the instance's pixels, if the model draws one. */
  readonly polygon: Polygon | null;
  /** Names of the models that agree on it, if there are several. */
  readonly models?: readonly string[];
}

export type Polygon = readonly (readonly [x: number, y: number])[];

export type ExecutionProvider = 'tensorrt' | 'cuda' | 'cpu';

/** Identifies the model of a finding and its manifest. */
export interface ModelIdentity {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly task: string;
}
