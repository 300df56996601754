import { isStoreFailure } from '../../../contract/errors.ts';
import type { Database } from '../database.ts';

/** Writes the time of the last activity; a full disk is no reason to sign a user out. */
export function touchLastSeen(database: Database, write: () => void): void {
  try {
    database.withoutFlush(write);
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
  }
}
