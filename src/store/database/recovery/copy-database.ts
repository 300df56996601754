import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import { checkDatabase } from '../check-database.ts';
import { openDatabase } from '../database.ts';
import { retainRicherCopy, type RetainOptions } from './retain-copy.ts';

const BUSY_TIMEOUT_MS = 5000;

/**
 * Writes a consistent, compact copy of a database that may be in use. It replaces an earlier copy only once it is
 * complete, checked and flushed to the disk. An earlier copy that holds more is renamed instead; returns its new path, or
 * null. Throws STORE_FAILED; the earlier copy stays then.
 */
export function copyDatabase(path: string, to: string, options: RetainOptions): string | null {
  const part = `${to}.part`;
  try {
    rmSync(part, { force: true });
    closeSync(openSync(part, 'wx', 0o600));
    {
      using database = openDatabase(path, { isReadOnly: true, busyTimeoutMs: BUSY_TIMEOUT_MS });
      database.prepare<[string]>('VACUUM INTO ?').run(part);
    }
    const problems = checkDatabase(part, 'quick');
    if (problems.length > 0) throw new BonewatchError('STORE_FAILED', 'The copy of the database is damaged.');
    flush(part);
    const retained = retainRicherCopy(part, to, options);
    renameSync(part, to);
    flush(dirname(to));
    return retained;
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof BonewatchError) throw error;
    throw new BonewatchError('STORE_FAILED', `The database could not be copied to ${to}.`, { cause: error });
  }
}

/** Flushes the content of a file, or the entries of a folder, to the disk. */
export function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
