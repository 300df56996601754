/** The wall clock. `Date` implements it; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
