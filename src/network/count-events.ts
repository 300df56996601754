/** Reports the first event of a kind at once, and of those that follow only their number. */
export interface EventCounter extends Disposable {
  /** Counts an event. Two with equal fields are of the same kind. */
  add(fields: EventFields): void;
}

type EventFields = Readonly<Record<string, string | number>>;

export interface EventCounterOptions {
  /** The fields of a kind, and as `count` how many of its events happened since the last report. */
  readonly report: (event: EventFields) => void;
  readonly intervalMs?: number;
}

interface Counted {
  readonly fields: EventFields;
  /** Events that were not reported yet. */
  readonly count: number;
}

const REPORT_INTERVAL_MS = 60_000;
const MAX_KINDS = 20;
/** Stands for every kind beyond the twenty that are counted on their own. */
const OTHERS: EventFields = { others: 'any' };

/**
 * Bounds what a client can write into the log: one report for the first event of a kind, then one each minute with the
 * number of further ones, until a minute without any.
 */
export function countEvents({ report, intervalMs = REPORT_INTERVAL_MS }: EventCounterOptions): EventCounter {
  const kinds = new Map<string, Counted>();
  let timer: NodeJS.Timeout | undefined;

  function reportCounts(): void {
    for (const [key, { fields, count }] of kinds) {
      if (count > 0) report({ ...fields, count });
      if (count > 0) kinds.set(key, { fields, count: 0 });
      else kinds.delete(key);
    }
    timer = kinds.size > 0 ? setTimeout(reportCounts, intervalMs).unref() : undefined;
  }

  return {
    add(given) {
      const fields = kinds.has(JSON.stringify(given)) || kinds.size < MAX_KINDS ? given : OTHERS;
      const key = JSON.stringify(fields);
      const counted = kinds.get(key);
      kinds.set(key, { fields, count: counted === undefined ? 0 : counted.count + 1 });
      if (counted === undefined) report({ ...fields, count: 1 });
      timer ??= setTimeout(reportCounts, intervalMs).unref();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
