import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import { checkDatabase } from './check-database.ts';
import { openDatabase } from './database.ts';

const BUSY_TIMEOUT_MS = 5000;

/**
 * Writes a consistent, compact copy of a database that may be in use, and puts it in its place only once it is whole,
 * sound and on the disk. Throws STORE_FAILED; an earlier copy stays then.
 */
export function copyDatabase(path: string, to: string): void {
  const part = `${to}.part`;
  try {
    rmSync(part, { force: true });
    closeSync(openSync(part, 'wx', 0o600));
    {
      using database = openDatabase(path, { isReadOnly: true, busyTimeoutMs: BUSY_TIMEOUT_MS });
      database.prepare<[string]>('VACUUM INTO ?').run(part);
    }
    const problems = checkDatabase(part, 'quick');
    if (problems.length > 0)
      throw new BonewatchError('STORE_FAILED', 'The copy of the database is not sound.');
    flush(part);
    renameSync(part, to);
    flush(dirname(to));
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof BonewatchError) throw error;
    throw new BonewatchError('STORE_FAILED', `The database cannot be copied to ${to}.`, { cause: error });
  }
}

/** What was written to a file, or the names in a folder, is on the disk when this returns. */
export function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
