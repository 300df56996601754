/** Counts what goes wrong, and says how long to wait. */
export interface AttemptLimit {
  /** Milliseconds until another try is taken; 0: now. */
  waitMs(key: string): number;
  /** A try went wrong, or may turn out to. */
  fail(key: string): void;
  /** The last try went right after all. */
  forgive(key: string): void;
  /** What went wrong before counts no more. */
  clear(key: string): void;
}

interface AttemptLimitOptions {
  readonly maxFailures: number;
  readonly withinMs: number;
  /** Elapsed time, of a clock that does not jump. */
  readonly nowMs: () => number;
}

const MAX_KEYS = 10_000;

/** At most so many failures of one key within a time; beyond 10,000 keys those that failed longest ago are forgotten. */
export function limitAttempts({ maxFailures, withinMs, nowMs }: AttemptLimitOptions): AttemptLimit {
  const failures = new Map<string, readonly number[]>();

  function recent(key: string): number[] {
    return (failures.get(key) ?? []).filter((at) => nowMs() - at < withinMs);
  }

  function remember(key: string, times: readonly number[]): void {
    failures.delete(key);
    if (times.length > 0) failures.set(key, times);
    const [oldest] = failures.keys();
    if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest);
  }

  return {
    waitMs(key) {
      const decisive = recent(key).at(-maxFailures);
      return decisive === undefined ? 0 : decisive + withinMs - nowMs();
    },
    fail: (key) => remember(key, [...recent(key), nowMs()].slice(-maxFailures)),
    forgive: (key) => remember(key, recent(key).slice(0, -1)),
    clear: (key) => void failures.delete(key),
  };
}
