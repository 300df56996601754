/** The time as the daemon has it, whatever the clock of the screen's computer says. */
export interface ServerClock {
  readonly now: () => number;
  /** Takes a time the daemon has just stated; returns by how many milliseconds that moved the clock. */
  readonly correct: (time: number) => number;
}

/** A clock that starts at a time and runs evenly from then on, also where the computer's own is set. */
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
