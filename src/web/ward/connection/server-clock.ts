/** The daemon's time, independent of the clock of the screen's computer. */
export interface ServerClock {
  readonly now: () => number;
  /** Sets the clock to a time that the daemon has just sent; returns the correction in milliseconds. */
  readonly correct: (time: number) => number;
}

/** Creates a clock that starts at a time and runs evenly from then on, even if the computer's clock is changed. */
export function createServerClock(start: number): ServerClock {
  let base = start - performance.now();
  const now = (): number => base + performance.now();
  return {
    now,
    correct(time) {
      const by = time - now();
      base += by;
      return by;
    },
  };
}
