/** The server's time, whatever is done to the clock of this computer. */
export interface PageClock {
  readonly now: () => number;
  /** Sets it to a time that the server has just sent (RFC 3339). */
  readonly correct: (serverTime: string) => void;
}

/** Creates a clock that starts at a time of the server and runs evenly. */
export function createPageClock(serverTime: string): PageClock {
  let base = Date.parse(serverTime) - performance.now();
  return {
    now: () => base + performance.now(),
    correct(time) {
      const next = Date.parse(time) - performance.now();
      if (Number.isFinite(next)) base = next;
    },
  };
}
