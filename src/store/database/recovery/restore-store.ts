import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import { checkDatabase } from '../check-database.ts';
import { flush } from './copy-database.ts';
import { openDatabase } from '../database.ts';
import { lockStore } from '../lock-store.ts';
import { MIGRATIONS } from '../migrations.ts';
import { schemaVersion } from '../migrate.ts';
import { giveToService } from '../prepare-file.ts';
import { quarantineDatabase } from './quarantine-database.ts';

/**
 * Replaces a store that is not in use with a backup and quarantines the replaced one; returns its path, or null if
 * there was none. Throws STORE_IN_USE while the service runs, STORE_FAILED for a damaged or newer backup.
 */
export function restoreStore(copy: string, path: string, now: number): string | null {
  using _ = lockStore(path);
  requireUsable(copy);
  const part = `${path}.part`;
  putCopy(copy, part);
  const quarantined = existsSync(path) ? quarantineDatabase(path, 'before-restore', now) : null;
  renameSync(part, path);
  flush(dirname(path));
  return quarantined;
}

/** Checks that a file can replace a store. Throws STORE_FAILED with the reason if it cannot. */
export function requireUsable(copy: string): void {
  if (!existsSync(copy)) throw new BonewatchError('STORE_FAILED', `The file ${copy} does not exist.`);
  const problems = checkDatabase(copy, 'quick');
  if (problems.length > 0) throw new BonewatchError('STORE_FAILED', `${copy} is not an intact database.`);
  using database = openDatabase(copy, { isReadOnly: true, busyTimeoutMs: 0 });
  const version = schemaVersion(database);
  if (version === 0 || version > MIGRATIONS.length)
    throw new BonewatchError(
      'STORE_FAILED',
      `${copy} is not a store that this version can read (schema ${version}).`,
    );
}

/** Copies a checked database file to a path; it is on the disk when this returns. */
export function putCopy(copy: string, to: string): void {
  try {
    rmSync(to, { force: true });
    copyFileSync(copy, to);
    giveToService(to);
    flush(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw new BonewatchError('STORE_FAILED', `The copy could not be written to ${to}.`, { cause: error });
  }
}
