/** Reports the first event of a key at once, and of those that follow only their number. */
export interface EventCounter extends Disposable {
  add(key: string): void;
}

export interface EventCounterOptions {
  /** `count` events of a key since the last report. */
  readonly report: (key: string, count: number) => void;
  readonly intervalMs?: number;
}

const REPORT_INTERVAL_MS = 60_000;
const MAX_KEYS = 100;
/** Stands for every key beyond the hundred that are counted on their own. */
const OTHERS = 'others';

/**
 * Bounds what a client can write into the log: one report for the first event of a key, then one each minute with the
 * number of further ones, until a minute without any.
 */
export function countEvents({ report, intervalMs = REPORT_INTERVAL_MS }: EventCounterOptions): EventCounter {
  const counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function reportCounts(): void {
    for (const [key, count] of counts) {
      if (count > 0) report(key, count);
      if (count > 0) counts.set(key, 0);
      else counts.delete(key);
    }
    timer = counts.size > 0 ? setTimeout(reportCounts, intervalMs).unref() : undefined;
  }

  return {
    add(key) {
      const counted = counts.has(key) || counts.size < MAX_KEYS ? key : OTHERS;
      const count = counts.get(counted);
      counts.set(counted, count === undefined ? 0 : count + 1);
      if (count === undefined) report(counted, 1);
      timer ??= setTimeout(reportCounts, intervalMs).unref();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
