import type { Config } from '../../config/schema.ts';
import { retainedCopies } from '../../store/database/recovery/retain-copy.ts';
import { backupPath } from '../record/backup-path.ts';
import { damagedCopies } from '../../store/database/recovery/quarantine-database.ts';
import { notesOf } from '../../store/database/recovery/store-notes.ts';
import { isOutOfFiles } from '../../contract/out-of-files.ts';
import type { AlarmCode } from '../../contract/error-table.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** Raises an alarm for each kind of file next to the database that an administrator must see, until it is moved away. */
export function raiseStoreNotices(
  store: Pick<Config['store'], 'path' | 'backup'>,
  alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>,
): void {
  const { path } = store;
  const raiseFor = (code: AlarmCode, listFiles: () => readonly string[]): void => {
    const files = unlessOutOfFiles(listFiles);
    if (files === null) return;
    if (files.length === 0) alarms.clear(code);
    else alarms.raise(code, files.join(', '));
  };
  raiseFor('STORE_REPLACED', () => damagedCopies(path));
  raiseFor('STORE_WRITTEN_BACK', () => notesOf(path, 'written-back'));
  raiseFor('STORE_LOST', () => notesOf(path, 'lost'));
  raiseFor('STORE_COPY_RETAINED', () => retainedCopies(backupPath(store)));
}

/** Null while there is no file descriptor to look: the alarm stays as it is. */
function unlessOutOfFiles<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isOutOfFiles(error)) return null;
    throw error;
  }
}
