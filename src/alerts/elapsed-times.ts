/** How long ago something happened, whatever the wall clock did since. */
export interface ElapsedTimes {
  /** Milliseconds since a time (RFC 3339) that was written by this device; 0 for one that cannot be right. */
  since(time: string): number;
}

export interface ElapsedTimesDeps {
  /** The wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** A monotonic clock, in milliseconds. */
  readonly elapsed: () => number;
  /** Whether the wall clock can be right at this moment. */
  readonly isPlausible: () => boolean;
}

/** What is known about a time since it was first asked for. */
interface Start {
  /** How long ago it was at that moment. */
  readonly agoMs: number;
  readonly atMs: number;
  /** The clock could not be right then: its own age is taken once it can. */
  readonly isProvisional: boolean;
}

const DAY_MS = 24 * 60 * 60_000;
/** An earlier run cannot have ended longer ago than this: the clock has jumped, and the wait starts again. */
const MAX_AGO_MS = 7 * DAY_MS;
const MAX_KNOWN = 10_000;

/**
 * Counts by the monotonic clock from the moment a time is first asked for, so that a jump of the wall clock neither
 * shortens nor lengthens a wait. Only what passed before that, across a restart, is read from the wall clock, within
 * limits and when it is plausible.
 */
export function createElapsedTimes({ now, elapsed, isPlausible }: ElapsedTimesDeps): ElapsedTimes {
  const known = new Map<string, Start>();

  function start(time: string, isProvisional: boolean): Start {
    const agoMs = now() - Date.parse(time);
    const isLikely = !isProvisional && agoMs >= 0 && agoMs <= MAX_AGO_MS;
    return { agoMs: isLikely ? agoMs : 0, atMs: elapsed(), isProvisional };
  }

  function remember(time: string, next: Start): Start {
    // The least recently asked for leaves first.
    known.delete(time);
    known.set(time, next);
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    return next;
  }

  return {
    since(time) {
      const waitedMs = ({ agoMs, atMs }: Start): number => agoMs + elapsed() - atMs;
      const before = known.get(time);
      if (before === undefined) return waitedMs(remember(time, start(time, !isPlausible())));
      if (!before.isProvisional || !isPlausible()) return waitedMs(remember(time, before));
      const corrected = start(time, false);
      const agoMs = Math.max(corrected.agoMs, waitedMs(before));
      return waitedMs(remember(time, { ...corrected, agoMs }));
    },
  };
}
