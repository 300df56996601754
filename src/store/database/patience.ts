import type SqliteDatabase from 'better-sqlite3';
import { guarded, isTaken } from './sqlite-errors.ts';

/** How long writes wait for the lock of another connection: not at all while one has waited in vain. */
export interface Patience {
  write<Result>(work: () => Result): Result;
  isWriteLocked(): boolean;
}

/** For whichever connection is open at present. */
export function createPatience(current: () => SqliteDatabase.Database, busyTimeoutMs: number): Patience {
  let isLocked = false;
  const setLocked = (next: boolean): void => {
    if (next === isLocked) return;
    isLocked = next;
    current().pragma(`busy_timeout = ${next ? 0 : busyTimeoutMs}`);
  };
  return {
    write(work) {
      try {
        const result = work();
        setLocked(false);
        return result;
      } catch (error) {
        if (isTaken(error)) setLocked(true);
        throw error;
      }
    },
    isWriteLocked() {
      const sqlite = current();
      if (sqlite.inTransaction) return false;
      setLocked(true);
      try {
        guarded('write', () => sqlite.transaction(() => undefined).immediate());
        setLocked(false);
        return false;
      } catch (error) {
        if (isTaken(error)) return true;
        throw error;
      }
    },
  };
}
