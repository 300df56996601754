import type { ArrivalStatus } from './arrival-status.ts';
import type { Database } from './database.ts';

/** A file as a look at the folder found it. */
export interface SeenFile {
  /** Relative to the inbox. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** What the ledger holds of the present revision of a file. */
interface KnownFile extends SeenFile {
  readonly id: number;
  readonly status: ArrivalStatus;
  /** Its content was read once; what changes after that is a new revision. */
  readonly wasInspected: boolean;
  readonly retryAt: number | null;
}

/** The part of the ledger that the watcher compares with the folder. */
export interface Sightings {
  /** The present revision of a file; a few microseconds, whatever the ledger's size. */
  known(inbox: string, path: string): KnownFile | undefined;
  /** Files that were noticed and not yet found whole. */
  unsettled(inbox: string): KnownFile[];
  /**
   * Notes files seen at a time, all in one transaction: a row for a new one; a new revision, linked to the one
   * before, where a file changed after its content was read; the same row, started over, where it was not.
   * Returns the rows in the order of the files.
   */
  discover(inbox: string, files: readonly SeenFile[], at: number): KnownFile[];
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

export function createSightings(database: Database): Sightings {
  const current = database.prepare<[string, string], Row>(
    `SELECT ${COLUMNS} FROM arrivals WHERE inbox = ? AND path = ? AND superseded_by IS NULL`,
  );
  const unsettled = database.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM arrivals WHERE inbox = ? AND status IN ('discovered', 'settling')`,
  );
  const insert = database.prepare<
    [string, string, number, number, number, number | null, number],
    { readonly id: number }
  >(
    `INSERT INTO arrivals (inbox, path, size_bytes, mtime_ms, revision, previous_id, discovered_at, status)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'discovered') RETURNING id`,
  );
  // A row may not supersede itself for good: it only stands aside until its successor has an id.
  const standAside = database.prepare<[number, number]>(
    'UPDATE arrivals SET superseded_by = ?, retry_at = NULL WHERE id = ?',
  );
  const startOver = database.prepare<[number, number, number]>(
    `UPDATE arrivals SET status = 'discovered', size_bytes = ?, mtime_ms = ?, sha256 = NULL, sop_instance_uid = NULL,
     format = NULL, ready_at = NULL, retry_at = NULL, reason_code = NULL, reason_message = NULL, finished_at = NULL
     WHERE id = ?`,
  );
  const grown = database.prepare<[number, number, number]>(
    'UPDATE arrivals SET size_bytes = ?, mtime_ms = ? WHERE id = ?',
  );

  function discoverOne(inbox: string, file: SeenFile, at: number): void {
    const before = current.get(inbox, file.path);
    if (before === undefined) {
      insert.get(inbox, file.path, file.sizeBytes, file.mtimeMs, 1, null, at);
      return;
    }
    const isSame = before.size_bytes === file.sizeBytes && before.mtime_ms === file.mtimeMs;
    switch (before.status) {
      case 'discovered':
      case 'settling':
        if (!isSame) grown.run(file.sizeBytes, file.mtimeMs, before.id);
        return;
      case 'vanished':
        startOver.run(file.sizeBytes, file.mtimeMs, before.id);
        return;
      case 'ready':
        if (!isSame) startOver.run(file.sizeBytes, file.mtimeMs, before.id);
        return;
      case 'failed':
        if (before.was_inspected === 0) startOver.run(file.sizeBytes, file.mtimeMs, before.id);
        else if (!isSame) nextRevision(inbox, file, { before, at });
        return;
      default:
        if (!isSame) nextRevision(inbox, file, { before, at });
    }
  }

  function nextRevision(inbox: string, file: SeenFile, { before, at }: { before: Row; at: number }): void {
    standAside.run(before.id, before.id);
    const { path, sizeBytes, mtimeMs } = file;
    const next = insert.get(inbox, path, sizeBytes, mtimeMs, before.revision + 1, before.id, at);
    if (next !== undefined) standAside.run(next.id, before.id);
  }

  function known(inbox: string, path: string): KnownFile | undefined {
    const row = current.get(inbox, path);
    return row === undefined ? undefined : toKnown(row);
  }

  return {
    known,
    unsettled: (inbox) => unsettled.all(inbox).map(toKnown),
    discover(inbox, files, at) {
      return database.transact(() =>
        files.flatMap((file) => {
          discoverOne(inbox, file, at);
          return known(inbox, file.path) ?? [];
        }),
      );
    },
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
