import { isBonewatchError } from '../../contract/errors.ts';
import type { Database } from './database.ts';

/** Writes when somebody was last here; a full disk is no reason to turn them away. */
export function touchLastSeen(database: Database, write: () => void): void {
  try {
    database.withoutFlush(write);
  } catch (error) {
    if (!isBonewatchError(error, 'STORE_FAILED')) throw error;
  }
}
