import type { Clock } from '../../contract/clock.ts';
import { isBonewatchError, isStoreFailure } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { appendHead, type RecordedHead } from '../../store/audit/head-file.ts';
import type { Store } from '../../store/open-store.ts';

export interface AuditHeadDeps {
  readonly path: string;
  readonly store: Pick<Store, 'audit'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** Records the head of the audit log outside of the database, so that `audit verify` notices removed and rewritten rows. */
export interface AuditHeadRecorder extends Disposable {
  readonly record: (event: RecordedHead['event'], base?: number) => void;
}

const POLL_MS = 5000;
/** A changed head is recorded in the file after this time, or after this many rows. */
const MAX_AGE_MS = 60_000;
const MAX_ROWS = 100;

/**
 * Records the head while the log grows, at the stop, and whenever it is asked to: in the file next to the database, and,
 * except for the small steps, in the journal.
 */
export function startAuditHeads(deps: AuditHeadDeps): AuditHeadRecorder {
  const { path, store, clock, log } = deps;
  let recorded = { count: -1, atMs: 0 };
  let loggedCount = 0;

  function write(event: RecordedHead['event'], base?: number): void {
    const head = store.audit.head();
    const at = new Date(clock.now()).toISOString();
    appendHead(path, { at, ...head, event, ...(base === undefined ? {} : { base }) });
    recorded = { count: head.count, atMs: performance.now() };
    if (event === 'running' && head.count - loggedCount < MAX_ROWS) return;
    loggedCount = head.count;
    log.info({ auditCount: head.count, auditHead: head.hash, event }, 'head of the audit log');
  }

  /** A head that cannot be recorded now is recorded with the next one. */
  function record(event: RecordedHead['event'], base?: number): void {
    try {
      write(event, base);
    } catch (error) {
      if (!isBonewatchError(error)) throw error;
      log.warn({ code: error.code, reason: error.message }, 'head of the audit log not recorded');
    }
  }

  function recordGrowth(): void {
    const count = countOf(store);
    if (count === null || count === recorded.count) return;
    const isDue = performance.now() - recorded.atMs > MAX_AGE_MS || count - recorded.count >= MAX_ROWS;
    if (isDue) record('running');
  }

  const timer = setInterval(recordGrowth, POLL_MS);
  return {
    record,
    [Symbol.dispose]() {
      clearInterval(timer);
      record('stop');
    },
  };
}

/** Null while the database cannot be read. */
function countOf({ audit }: AuditHeadDeps['store']): number | null {
  try {
    return audit.head().count;
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return null;
  }
}
