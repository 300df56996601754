import { BonewatchError } from '../../contract/errors.ts';
import type { Database } from './database.ts';

/**
 * Brings a database up to the last of the steps, each in a transaction of its own, so that a power cut leaves it
 * between two steps. Throws STORE_FAILED for a file that a newer version wrote.
 */
export function migrate(database: Database, steps: readonly string[]): void {
  const start = schemaVersion(database);
  if (start > steps.length) throw writtenByNewerVersion(start, steps.length);
  for (let version = start; version < steps.length; version++) {
    database.transact(() => {
      // Another process may have taken this step while we waited for the lock.
      if (schemaVersion(database) > version) return;
      database.execute(steps[version] ?? '');
      database.execute(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** Refuses a file whose schema is not the one this version reads. Throws STORE_FAILED. */
export function requireSchema(database: Database, steps: readonly string[]): void {
  const version = schemaVersion(database);
  if (version > steps.length) throw writtenByNewerVersion(version, steps.length);
  if (version < steps.length) {
    const message =
      'The database was written by an older version. Start the daemon once to bring it up to date.';
    throw new BonewatchError('STORE_FAILED', message);
  }
}

/** Which step of the schema a database has taken. */
export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version'));
}

function writtenByNewerVersion(found: number, known: number): BonewatchError {
  const message = `The database was written by a newer version (schema ${found}; this version knows ${known}).`;
  return new BonewatchError('STORE_FAILED', message);
}
