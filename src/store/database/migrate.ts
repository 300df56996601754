import { BonewatchError } from '../../contract/errors.ts';
import type { Database } from './database.ts';

/**
 * Migrates a database to the last step. Each step is a transaction, so a power cut leaves the database between two
 * steps. Throws STORE_FAILED for a file that a newer version wrote.
 */
export function migrate(database: Database, steps: readonly string[]): void {
  const start = schemaVersion(database);
  if (start > steps.length) throw writtenByNewerVersion(start, steps.length);
  for (let version = start; version < steps.length; version++) {
    database.transact(() => {
      // Another process may have run this step while this one waited for the lock.
      if (schemaVersion(database) > version) return;
      database.execute(steps[version] ?? '');
      database.execute(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** Rejects a file whose schema differs from the one this version reads. Throws STORE_FAILED. */
export function requireSchema(database: Database, steps: readonly string[]): void {
  const version = schemaVersion(database);
  if (version > steps.length) throw writtenByNewerVersion(version, steps.length);
  if (version < steps.length) {
    const message = 'The database was written by an older version. Start the daemon once to migrate it.';
    throw new BonewatchError('STORE_FAILED', message);
  }
}

/** The number of migration steps that a database has run. */
export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version'));
}

function writtenByNewerVersion(found: number, known: number): BonewatchError {
  const message = `The database was written by a newer version (schema ${found}; this version supports up to ${known}).`;
  return new BonewatchError('STORE_FAILED', message);
}
