import { GENESIS, type AuditHead } from '../../audit/audit.ts';
import { openDatabase, type Database } from '../database.ts';

/** What a copy of a store holds, to compare it with another. */
interface CopyFacts {
  readonly head: AuditHead;
  /** Milliseconds since 1970; null for a store that was never started. */
  readonly firstStartAt: number | null;
  /** Results and alerts that are too new for retention to have removed. */
  readonly results: number;
  readonly alerts: number;
}

const HEAD = 'SELECT seq AS count, hash FROM audit ORDER BY seq DESC LIMIT 1';
const FIRST_START = "SELECT at FROM milestones WHERE name = 'first-start'";
const RESULTS = 'SELECT count(*) AS count FROM results WHERE finished_at > ?';
const ALERTS = 'SELECT count(*) AS count FROM alerts WHERE updated_at > ?';

/** The end of the audit log in a copy of a store. Throws STORE_FAILED. */
export function readCopyHead(path: string): AuditHead {
  using database = openCopy(path);
  return headOf(database);
}

/** The hash of a row of the audit log in a copy of a store; null if it has no such row. Throws STORE_FAILED. */
export function readCopyHash(path: string, seq: number): string | null {
  if (seq === 0) return GENESIS;
  using database = openCopy(path);
  const row = database.prepare<[number], { readonly hash: string }>('SELECT hash FROM audit WHERE seq = ?');
  return row.get(seq)?.hash ?? null;
}

/** What a copy holds that is newer than a time in milliseconds since 1970. Throws STORE_FAILED. */
export function readCopyFacts(path: string, since: number): CopyFacts {
  using database = openCopy(path);
  const count = (sql: string): number =>
    database.prepare<[number], { readonly count: number }>(sql).get(since)?.count ?? 0;
  const firstStart = database.prepare<[], { readonly at: number }>(FIRST_START).get();
  return {
    head: headOf(database),
    firstStartAt: firstStart?.at ?? null,
    results: count(RESULTS),
    alerts: count(ALERTS),
  };
}

function headOf(database: Database): AuditHead {
  return database.prepare<[], AuditHead>(HEAD).get() ?? { count: 0, hash: GENESIS };
}

function openCopy(path: string): Database {
  return openDatabase(path, { isReadOnly: true, busyTimeoutMs: 0 });
}
