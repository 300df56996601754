/** Outcomes of two models for the same images; `first` is the result of record, `second` the rerun. */
export interface Comparison {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
  /** Images on which they differ, newest first, some hundreds at most. */
  readonly differing: readonly number[];
}

/** An installed model. */
export interface ModelChoice {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly isActive: boolean;
}

/** Progress of a rerun of all images since a day. */
export interface RerunJob {
  /** Name and version. */
  readonly model: string;
  readonly since: number;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly isRunning: boolean;
}

/** The response of `/api/reruns`. */
export interface RerunState {
  readonly job: RerunJob | null;
  /** Results of the job's model next to the results of record; null without a job. */
  readonly comparison: Comparison | null;
}
