import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import { checkDatabase } from './check-database.ts';
import { flush } from './copy-database.ts';
import { openDatabase } from './database.ts';
import { lockStore } from './lock-store.ts';
import { MIGRATIONS } from './migrations.ts';
import { schemaVersion } from './migrate.ts';
import { quarantineDatabase } from './quarantine-database.ts';

/**
 * Puts a copy in the place of a store that nobody uses, and keeps what was there aside; returns where, or null where
 * there was nothing. Throws STORE_IN_USE while the service runs, STORE_FAILED for a copy that is not sound or newer.
 */
export function restoreStore(copy: string, path: string, now: number): string | null {
  using _ = lockStore(path);
  requireUsable(copy);
  const part = `${path}.part`;
  putCopy(copy, part);
  const aside = existsSync(path) ? quarantineDatabase(path, 'before-restore', now) : null;
  renameSync(part, path);
  flush(dirname(path));
  return aside;
}

/** Whether a file can take the place of a store. Throws STORE_FAILED, with the reason, where it cannot. */
export function requireUsable(copy: string): void {
  if (!existsSync(copy)) throw new BonewatchError('STORE_FAILED', `There is no file ${copy}.`);
  const problems = checkDatabase(copy, 'quick');
  if (problems.length > 0) throw new BonewatchError('STORE_FAILED', `${copy} is not a sound database.`);
  using database = openDatabase(copy, { isReadOnly: true, busyTimeoutMs: 0 });
  const version = schemaVersion(database);
  if (version === 0 || version > MIGRATIONS.length)
    throw new BonewatchError(
      'STORE_FAILED',
      `${copy} is not a store that this version reads (schema ${version}).`,
    );
}

/** Copies a sound database file to a path, on the disk when it returns. */
export function putCopy(copy: string, to: string): void {
  try {
    rmSync(to, { force: true });
    copyFileSync(copy, to);
    flush(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw new BonewatchError('STORE_FAILED', `The copy cannot be written to ${to}.`, { cause: error });
  }
}
