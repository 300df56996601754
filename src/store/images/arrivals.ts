import type { ArrivalStatus } from '../../contract/api/images.ts';
import type { Database } from '../database/database.ts';

/** A file as found in the folder. */
export interface SeenFile {
  /** Relative to the inbox. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** The ledger's row of the current revision of a file. */
interface KnownFile extends SeenFile {
  readonly id: number;
  readonly status: ArrivalStatus;
  /** Its content was read; a later change is a new revision. */
  readonly wasInspected: boolean;
  readonly retryAt: number | null;
}

/** The part of the ledger that the watcher compares with the folder. */
export interface Arrivals {
  /** The current revision of a file; takes a few microseconds at any size of the ledger. */
  known(inbox: string, path: string): KnownFile | undefined;
  /** Files that were discovered but are not known to be complete. */
  unfinished(inbox: string): KnownFile[];
  /**
   * Records files seen at a time, all in one transaction: a new file gets a row; a file that changed after its content
   * was read gets a new revision, linked to the previous one; a file whose content was not read restarts its row.
   * Files of one call, or of several with the same time, are equally urgent; those of later calls go first, even if the
   * clock was set back. Returns the rows in the order of the files.
   */
  discover(inbox: string, files: readonly SeenFile[], at: number): KnownFile[];
  /** Records new files that are too old to be analysed: one row each, with that reason. */
  passOver(inbox: string, files: readonly SeenFile[], at: number): void;
}

interface Row {
  readonly id: number;
  readonly path: string;
  readonly size_bytes: number;
  readonly mtime_ms: number;
  readonly status: ArrivalStatus;
  readonly revision: number;
  readonly was_inspected: number;
  readonly retry_at: number | null;
}

const COLUMNS = `id, path, size_bytes, mtime_ms, status, revision, sha256 IS NOT NULL AS was_inspected, retry_at`;

/** Scans of several inboxes may overlap, each with its own time. */
const MAX_CACHED_POSITIONS = 64;

const INSERT_SQL = `INSERT INTO arrivals (inbox, path, size_bytes, mtime_ms, revision, previous_id, discovered_at, turn, status)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'discovered') RETURNING id`;
const TOO_OLD = `INSERT INTO arrivals (inbox, path, size_bytes, mtime_ms, revision, discovered_at, finished_at, status,
  reason_code, reason_message) VALUES (?, ?, ?, ?, 1, ?, ?, 'not-analysed', 'FILE_TOO_OLD',
  'The file is older than the configured limit.')`;
const LAST_POSITION = 'SELECT max(turn) AS turn FROM arrivals';
const MARK_SUPERSEDED = 'UPDATE arrivals SET superseded_by = ?, retry_at = NULL WHERE id = ?';
const START_OVER = `UPDATE arrivals SET status = 'discovered', size_bytes = ?, mtime_ms = ?, turn = ?, sha256 = NULL, sop_instance_uid = NULL,
  format = NULL, ready_at = NULL, retry_at = NULL, reason_code = NULL, reason_message = NULL, finished_at = NULL
  WHERE id = ?`;
const GROWN = 'UPDATE arrivals SET size_bytes = ?, mtime_ms = ? WHERE id = ?';

const CURRENT = `SELECT ${COLUMNS} FROM arrivals WHERE inbox = ? AND path = ? AND superseded_by IS NULL`;
const UNFINISHED = `SELECT ${COLUMNS} FROM arrivals WHERE inbox = ? AND status IN ('discovered', 'settling')`;

export function createArrivals(database: Database): Arrivals {
  const current = database.prepare<[string, string], Row>(CURRENT);
  const unfinished = database.prepare<[string], Row>(UNFINISHED);
  const tooOld = database.prepare<[string, string, number, number, number, number]>(TOO_OLD);
  const revisions = createRevisions(database);

  function discoverOne(inbox: string, file: SeenFile, at: number): void {
    const before = current.get(inbox, file.path);
    if (before === undefined) revisions.first(inbox, file, at);
    else revisions[changeOf(before, file)](inbox, file, { before, at });
  }

  function known(inbox: string, path: string): KnownFile | undefined {
    const row = current.get(inbox, path);
    return row === undefined ? undefined : toKnown(row);
  }

  return {
    known,
    unfinished: (inbox) => unfinished.all(inbox).map(toKnown),
    discover(inbox, files, at) {
      return database.transact(() =>
        files.flatMap((file) => {
          discoverOne(inbox, file, at);
          return known(inbox, file.path) ?? [];
        }),
      );
    },
    passOver(inbox, files, at) {
      database.transact(() => {
        for (const { path, sizeBytes, mtimeMs } of files) {
          if (current.get(inbox, path) === undefined) tooOld.run(inbox, path, sizeBytes, mtimeMs, at, at);
        }
      });
    },
  };
}

type Change = 'unchanged' | 'grown' | 'startOver' | 'next';

/** What to do with the latest row of a file that is found again. */
function changeOf(before: Row, file: SeenFile): Change {
  const isSame = before.size_bytes === file.sizeBytes && before.mtime_ms === file.mtimeMs;
  switch (before.status) {
    case 'discovered':
    case 'settling':
      return isSame ? 'unchanged' : 'grown';
    case 'vanished':
      return 'startOver';
    case 'ready':
      return isSame ? 'unchanged' : 'startOver';
    case 'failed':
    case 'not-analysed':
      // Never inspected: it could not be read, or it was skipped for its age and is analysed now.
      if (before.was_inspected === 0) return 'startOver';
      return isSame ? 'unchanged' : 'next';
    default:
      return isSame ? 'unchanged' : 'next';
  }
}

interface Found {
  readonly before: Row;
  readonly at: number;
}

type Revise = (inbox: string, file: SeenFile, found: Found) => void;

interface Revisions extends Readonly<Record<Change, Revise>> {
  readonly first: (inbox: string, file: SeenFile, at: number) => void;
}

/** Writes the rows of a file: its first row, a new size, a restarted row, or its next revision. */
function createRevisions(database: Database): Revisions {
  const insert = database.prepare<
    [string, string, number, number, number, number | null, number, number],
    { readonly id: number }
  >(INSERT_SQL);
  // The row supersedes itself only until its successor has an id.
  const markSuperseded = database.prepare<[number, number]>(MARK_SUPERSEDED);
  const startOver = database.prepare<[number, number, number, number]>(START_OVER);
  const grown = database.prepare<[number, number, number]>(GROWN);
  const positionOf = createWorkPositions(database);

  return {
    unchanged: () => undefined,
    first(inbox, { path, sizeBytes, mtimeMs }, at) {
      insert.get(inbox, path, sizeBytes, mtimeMs, 1, null, at, positionOf(at));
    },
    grown(_inbox, { sizeBytes, mtimeMs }, { before }) {
      grown.run(sizeBytes, mtimeMs, before.id);
    },
    startOver(_inbox, { sizeBytes, mtimeMs }, { before, at }) {
      startOver.run(sizeBytes, mtimeMs, positionOf(at), before.id);
    },
    next(inbox, { path, sizeBytes, mtimeMs }, { before, at }) {
      markSuperseded.run(before.id, before.id);
      const next = insert.get(
        inbox,
        path,
        sizeBytes,
        mtimeMs,
        before.revision + 1,
        before.id,
        at,
        positionOf(at),
      );
      if (next !== undefined) markSuperseded.run(next.id, before.id);
    },
  };
}

/** Positions in the work order: they increase with each call instead of the clock, which may be set back. */
function createWorkPositions(database: Database): (at: number) => number {
  const lastPosition = database.prepare<[], { readonly turn: number | null }>(LAST_POSITION);
  const positions = new Map<number, number>();
  return (at) => {
    const cached = positions.get(at);
    if (cached !== undefined) return cached;
    const position = Math.max(lastPosition.get()?.turn ?? 0, ...positions.values()) + 1;
    positions.set(at, position);
    const [oldest] = positions.keys();
    if (positions.size > MAX_CACHED_POSITIONS && oldest !== undefined) positions.delete(oldest);
    return position;
  };
}

function toKnown(row: Row): KnownFile {
  return {
    id: row.id,
    path: row.path,
    sizeBytes: row.size_bytes,
    mtimeMs: row.mtime_ms,
    status: row.status,
    wasInspected: row.was_inspected === 1,
    retryAt: row.retry_at,
  };
}
