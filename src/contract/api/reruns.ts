/** Outcomes of two models for the same images; `first` is the result of record, `second` the rerun. */
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
  /** Results of the model of the job and of the one of record; null without a job. */
  readonly comparison: Comparison | null;
}
