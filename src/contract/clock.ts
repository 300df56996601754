/** The wall clock. `Date` is one; a test brings its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
