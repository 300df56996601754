import SqliteDatabase from 'better-sqlite3';
import { BonewatchError } from '../../contract/errors.ts';

/** Errors caused by the disk, the file or another process; any other SQLite error is a bug. */
const WORLD_ERRORS =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|PERM|AUTH|NOMEM|PROTOCOL|NOLFS|TOOBIG)/;

/** SQLite's codes for a corrupt file. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;

/** Whether a failure means that the file itself is damaged, so that a retry does not help. */
export function isDamage(error: unknown): boolean {
  return DAMAGE.test(sqliteCode(error));
}

/** Whether a failure means that another connection holds the file. */
export function isTaken(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error));
}

function sqliteCode(error: unknown): string {
  const cause = error instanceof BonewatchError ? error.cause : error;
  return cause instanceof SqliteDatabase.SqliteError ? cause.code : '';
}

/** Runs an operation; failures of the disk or the file are STORE_FAILED, a lock is STORE_LOCKED, bugs are thrown on. */
export function guarded<Result>(operation: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SqliteDatabase.SqliteError) || !WORLD_ERRORS.test(error.code)) throw error;
    if (isTaken(error)) {
      const message = `Another program holds the database (${error.code}).`;
      throw new BonewatchError('STORE_LOCKED', message, { cause: error });
    }
    const message = `The database failed to ${operation} (${error.code}).`;
    throw new BonewatchError('STORE_FAILED', message, { cause: error });
  }
}
