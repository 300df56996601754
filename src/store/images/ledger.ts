import type { ErrorCode } from '../../contract/errors.ts';
import type { Inspection } from '../../contract/radiograph.ts';
import type { ArrivalStatus } from '../../contract/api/images.ts';
import type { Database } from '../database/database.ts';
import { createArrivals } from './arrivals.ts';
import type { SeenFile, Arrivals } from './arrivals.ts';

/** A complete file that was taken for analysis. */
interface ClaimedArrival {
  readonly id: number;
  readonly inbox: string;
  /** Relative to the inbox. */
  readonly path: string;
  readonly sizeBytes: number;
  /** When its last byte was written, according to the filesystem; milliseconds since 1970. */
  readonly mtimeMs: number;
  readonly sha256: string | null;
  readonly sopInstanceUid: string | null;
  /** How many times it has been taken, including this time. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly discoveredAt: number;
  readonly readyAt: number | null;
}

interface Reason {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The outcome for a complete file; `unchanged`: it was touched, but its content is the same. */
type Readiness = 'ready' | 'duplicate' | 'unchanged';

/**
 * One row for every file and revision, from its discovery to its result.
 * Discovery and results survive a power cut; the steps between them survive the process and are repeated from the
 * file after a power cut.
 */
export interface Ledger extends Arrivals {
  /** The file was checked and is still being written. */
  markSettling(id: number, file: Pick<SeenFile, 'sizeBytes' | 'mtimeMs'>): void;
  /** The file is complete: it is analysed, unless the same image is already there. */
  markReady(id: number, inspection: Inspection): Readiness;
  /** The file could not be inspected. */
  markUnreadable(id: number, reason: Reason, retryAt: number | null): void;
  markVanished(id: number): void;
  /** Every folder that has rows. */
  inboxes(): readonly string[];
  /** Gives the rows of a folder to the same folder under another name; a file that has rows there retains those. */
  renameInbox(from: string, to: string): void;
  /** Takes up to `limit` files, newest received first, then failed ones that are due for a retry. */
  claimNext(limit: number): ClaimedArrival[];
  advance(id: number, status: 'inferring'): void;
  /** At start: makes interrupted files ready again; returns how many. Content overwritten meanwhile is lost. */
  resetInterrupted(): number;
  counts(): Readonly<Record<ArrivalStatus, number>>;
  /** When the oldest file that is waiting or in progress became ready; null if there is none. */
  oldestWaitingAt(): number | null;
}

interface ClaimRow {
  readonly id: number;
  readonly inbox: string;
  readonly path: string;
  readonly size_bytes: number;
  readonly mtime_ms: number;
  readonly sha256: string | null;
  readonly sop_instance_uid: string | null;
  readonly attempts: number;
  readonly discovered_at: number;
  readonly ready_at: number | null;
  readonly turn: number;
}

interface FileRow {
  readonly inbox: string;
  readonly path: string;
  readonly previous_id: number | null;
  readonly size_bytes: number;
  readonly mtime_ms: number;
}

interface Identity {
  readonly value: string;
  readonly inbox: string;
  readonly path: string;
}

const CLAIMED = `RETURNING id, inbox, path, size_bytes, mtime_ms, sha256, sop_instance_uid, attempts,
  discovered_at, ready_at, turn`;
/** No failed image waits longer than this for its retry. */
const MAX_RETRY_MS = 60 * 60_000;

const SETTLING = `UPDATE arrivals SET status = 'settling', size_bytes = ?, mtime_ms = ?
  WHERE id = ? AND status IN ('discovered', 'settling')`;
const UNREADABLE = `UPDATE arrivals SET status = 'failed', reason_code = ?, reason_message = ?, retry_at = ?, finished_at = ?,
  attempts = attempts + 1 WHERE id = ?`;
const VANISHED = `UPDATE arrivals SET status = 'vanished', retry_at = NULL, finished_at = ? WHERE id = ?`;
const CLAIM_READY = `UPDATE arrivals SET status = 'decoding', attempts = attempts + 1 WHERE id IN (
  SELECT id FROM arrivals WHERE status = 'ready' ORDER BY turn DESC, mtime_ms DESC, id DESC LIMIT ?
  ) ${CLAIMED}`;
const CLAIM_RETRY = `UPDATE arrivals SET status = 'decoding', attempts = attempts + 1, retry_at = NULL WHERE id IN (
  SELECT id FROM arrivals WHERE status = 'failed' AND retry_at IS NOT NULL AND (retry_at <= @now OR retry_at > @latest)
  AND sha256 IS NOT NULL
  ORDER BY retry_at LIMIT @limit
  ) ${CLAIMED}`;
const ADVANCE = `UPDATE arrivals SET status = ? WHERE id = ? AND status = 'decoding'`;
const OVERWRITTEN = `UPDATE arrivals SET status = 'vanished', finished_at = ?
  WHERE status IN ('decoding', 'inferring') AND superseded_by IS NOT NULL`;
const INTERRUPTED = `UPDATE arrivals SET status = 'ready' WHERE status IN ('decoding', 'inferring')`;
const COUNTS = 'SELECT status, count FROM arrival_counts';
const OLDEST_WAITING = `SELECT min(at) AS at FROM (
  SELECT min(ready_at) AS at FROM arrivals WHERE status = 'ready'
  UNION ALL SELECT min(ready_at) FROM arrivals WHERE status IN ('decoding', 'inferring'))`;
/** One look into the index per folder, however many rows there are. */
const INBOXES = `WITH RECURSIVE folders (inbox) AS (
  SELECT min(inbox) FROM arrivals
  UNION ALL SELECT (SELECT min(inbox) FROM arrivals WHERE inbox > folders.inbox) FROM folders WHERE inbox IS NOT NULL
  ) SELECT inbox FROM folders WHERE inbox IS NOT NULL`;
const RENAME_INBOX = 'UPDATE OR IGNORE arrivals SET inbox = ? WHERE inbox = ?';
const FIND = 'SELECT inbox, path, previous_id, size_bytes, mtime_ms FROM arrivals WHERE id = ?';
const SAME_AS_BEFORE = `SELECT id FROM arrivals WHERE id = ? AND sha256 = ? AND status <> 'failed' AND status <> 'vanished'`;
const REMOVE = 'DELETE FROM arrivals WHERE id = ?';
const TOUCH = 'UPDATE arrivals SET size_bytes = ?, mtime_ms = ? WHERE id = ?';
const UPDATE_SQL = `UPDATE arrivals SET status = ?, duplicate_of = ?, size_bytes = ?, sha256 = ?, sop_instance_uid = ?, format = ?,
  ready_at = ?, retry_at = NULL, reason_code = NULL, reason_message = NULL, finished_at = NULL WHERE id = ?`;

export function createLedger(database: Database, now: () => number): Ledger {
  const settling = database.prepare<[number, number, number]>(SETTLING);
  const unreadable = database.prepare<[string, string, number | null, number, number]>(UNREADABLE);
  const vanished = database.prepare<[number, number]>(VANISHED);
  const advance = database.prepare<[string, number]>(ADVANCE);
  const overwritten = database.prepare<[number]>(OVERWRITTEN);
  const interrupted = database.prepare<[]>(INTERRUPTED);
  const counts = database.prepare<[], { readonly status: ArrivalStatus; readonly count: number }>(COUNTS);
  const oldestWaiting = database.prepare<[], { readonly at: number | null }>(OLDEST_WAITING);

  const inboxes = database.prepare<[], { readonly inbox: string }>(INBOXES);
  const renameInbox = database.prepare<[string, string]>(RENAME_INBOX);

  return {
    ...createArrivals(database),
    markSettling(id, { sizeBytes, mtimeMs }) {
      database.withoutFlush(() => settling.run(sizeBytes, mtimeMs, id));
    },
    markReady: prepareMarkReady(database, now),
    markUnreadable: (id, { code, message }, retryAt) =>
      void unreadable.run(code, message, retryAt, now(), id),
    markVanished: (id) => void vanished.run(now(), id),
    claimNext: prepareClaimNext(database, now),
    inboxes: () => inboxes.all().map(({ inbox }) => inbox),
    renameInbox: (from, to) => void renameInbox.run(to, from),
    advance: (id, status) => void database.withoutFlush(() => advance.run(status, id)),
    resetInterrupted() {
      return database.transact(() => {
        overwritten.run(now());
        return interrupted.run();
      });
    },
    counts() {
      const found = Object.fromEntries(counts.all().map(({ status, count }) => [status, count]));
      return { ...NO_ARRIVALS, ...found };
    },
    oldestWaitingAt: () => oldestWaiting.get()?.at ?? null,
  };
}

function prepareClaimNext(database: Database, now: () => number): Ledger['claimNext'] {
  const claimReady = database.prepare<[number], ClaimRow>(CLAIM_READY);
  // A time further ahead than any delay was written before the clock was set back.
  const claimRetry = database.prepare<[{ now: number; latest: number; limit: number }], ClaimRow>(
    CLAIM_RETRY,
  );
  return (limit) => {
    const rows = database.withoutFlush(() =>
      database.transact(() => {
        const ready = claimReady.all(limit).sort(newestFirst);
        const missing = limit - ready.length;
        return missing === 0 ? ready : [...ready, ...claimRetry.all(retriesDue(now(), missing))];
      }),
    );
    return rows.map(toClaimed);
  };
}

function prepareMarkReady(database: Database, now: () => number): Ledger['markReady'] {
  const find = database.prepare<[number], FileRow>(FIND);
  const sameAsBefore = database.prepare<[number, string], { readonly id: number }>(SAME_AS_BEFORE);
  const remove = database.prepare<[number]>(REMOVE);
  const touch = database.prepare<[number, number, number]>(TOUCH);
  const twinOf = prepareTwinOf(database);
  const update =
    database.prepare<[string, number | null, number, string, string | null, string, number, number]>(
      UPDATE_SQL,
    );

  function decide(id: number, inspection: Inspection): Readiness {
    return database.transact(() => {
      const row = find.get(id);
      if (row === undefined) throw new Error(`Arrival ${id} is not in the ledger.`);
      const { sizeBytes, sha256, sopInstanceUid, format } = inspection;
      const before = row.previous_id === null ? undefined : sameAsBefore.get(row.previous_id, sha256);
      if (before !== undefined) {
        remove.run(id);
        touch.run(row.size_bytes, row.mtime_ms, before.id);
        return 'unchanged';
      }
      const duplicateOf = twinOf(row, inspection);
      const status = duplicateOf === null ? 'ready' : 'duplicate';
      update.run(status, duplicateOf, sizeBytes, sha256, sopInstanceUid, format, now(), id);
      return status;
    });
  }

  return (id, inspection) => database.withoutFlush(() => decide(id, inspection));
}

/** The id of another file with the same content, or else of the same SOP instance; null for none. */
function prepareTwinOf(database: Database): (file: FileRow, inspection: Inspection) => number | null {
  const twin = (column: 'sha256' | 'sop_instance_uid') =>
    database.prepare<[Identity], { readonly id: number }>(
      `SELECT id FROM arrivals WHERE ${column} = @value AND NOT (inbox = @inbox AND path = @path)
       AND status IN ('ready', 'decoding', 'inferring', 'done', 'not-analysed') ORDER BY id LIMIT 1`,
    );
  const sameContent = twin('sha256');
  const sameInstance = twin('sop_instance_uid');

  return ({ inbox, path }, { sha256, sopInstanceUid }) => {
    const content = sameContent.get({ value: sha256, inbox, path });
    if (content !== undefined) return content.id;
    if (sopInstanceUid === null) return null;
    return sameInstance.get({ value: sopInstanceUid, inbox, path })?.id ?? null;
  };
}

const NO_ARRIVALS: Readonly<Record<ArrivalStatus, number>> = {
  discovered: 0,
  settling: 0,
  ready: 0,
  decoding: 0,
  inferring: 0,
  done: 0,
  'not-analysed': 0,
  failed: 0,
  duplicate: 0,
  vanished: 0,
};

function retriesDue(now: number, limit: number): { now: number; latest: number; limit: number } {
  return { now, latest: now + MAX_RETRY_MS, limit };
}

function newestFirst(a: ClaimRow, b: ClaimRow): number {
  return b.turn - a.turn || b.mtime_ms - a.mtime_ms || b.id - a.id;
}

function toClaimed(row: ClaimRow): ClaimedArrival {
  return {
    id: row.id,
    inbox: row.inbox,
    path: row.path,
    sizeBytes: row.size_bytes,
    mtimeMs: row.mtime_ms,
    sha256: row.sha256,
    sopInstanceUid: row.sop_instance_uid,
    attempts: row.attempts,
    discoveredAt: row.discovered_at,
    readyAt: row.ready_at,
  };
}
