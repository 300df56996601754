/** The requested period. Times are milliseconds since 1970. */
export interface QualityQuestion {
  /** The end of today in the time zone of the site. */
  readonly until: number;
  readonly weeks: number;
}

/** Verdicts on the alerts of a period. */
export interface VerdictCounts {
  /** Alerts with an agreement. */
  readonly confirmed: number;
  /** Alerts with a disagreement and no agreement. */
  readonly refuted: number;
  /** Alerts without a verdict. */
  readonly withoutVerdict: number;
}

export interface QualityWeek extends VerdictCounts {
  readonly start: number;
  readonly images: number;
  /** Images with a finding. */
  readonly found: number;
  /** The 5th, 25th, 50th, 75th and 95th percentile of the images' scores; null without any. */
  readonly scores: readonly number[] | null;
  /** From the discovery of a file to its result. */
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  /** Models that were not in use the week before. */
  readonly newModels: readonly string[];
}

/** The data of the quality page. */
export interface Quality {
  readonly weeks: readonly QualityWeek[];
  readonly groups: readonly ({ readonly name: string } & VerdictCounts)[];
  /** The last 30 days. */
  readonly days: readonly ({ readonly start: number } & VerdictCounts)[];
  /** How long each acknowledgement of the last 30 days took. */
  readonly acknowledgements: readonly {
    readonly at: number;
    readonly seconds: number;
    readonly isEscalated: boolean;
  }[];
  /** Images with a fracture confirmed by people: detected by the model, or missed and drawn. */
  readonly confirmedImages: { readonly found: number; readonly missed: number };
  /** How far the scores of the last three weeks are from those of the first eight (population stability index). */
  readonly drift: number | null;
}
