/** How often two models said what of the same images; `first` is the result of record, `second` the rerun. */
export interface Comparison {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
  /** Images on which they differ, newest first, some hundreds at most. */
  readonly differing: readonly number[];
}

/** A model that is installed. */
export interface ModelChoice {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly isActive: boolean;
}

/** How far all images since a day are through another model. */
export interface RerunJob {
  /** Name and version. */
  readonly model: string;
  readonly since: number;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly isRunning: boolean;
}

/** The answer of `/api/reruns`. */
export interface RerunState {
  readonly job: RerunJob | null;
  /** What the model of the job and the one of record say; null where there was no job. */
  readonly comparison: Comparison | null;
}
