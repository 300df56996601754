/** Counts failures by key, and how long a key has to wait. */
export interface AttemptLimit {
  /** Milliseconds until another attempt is accepted; 0: now. */
  waitMs(key: string): number;
  /** An attempt failed, or may still fail. */
  fail(key: string): void;
  /** Removes the last failure: that attempt succeeded. */
  forgive(key: string): void;
  /** Removes all failures of a key. */
  clear(key: string): void;
}

interface AttemptLimitOptions {
  readonly maxFailures: number;
  readonly withinMs: number;
  /** Elapsed time of a monotonic clock. */
  readonly nowMs: () => number;
}

const MAX_KEYS = 10_000;

/** Allows `maxFailures` of one key `withinMs`; beyond 10,000 keys the one that failed longest ago is removed. */
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
