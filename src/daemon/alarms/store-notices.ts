import type { Config } from '../../config/schema.ts';
import { retainedCopies } from '../../store/database/retain-copy.ts';
import { backupPath } from '../backup-path.ts';
import { damagedCopies } from '../../store/database/quarantine-database.ts';
import { notesOf } from '../../store/database/store-notes.ts';
import type { AlarmCode } from '../../contract/error-table.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** Raises an alarm for each kind of file next to the database that an administrator must see, until it is moved away. */
export function raiseStoreNotices(
  store: Pick<Config['store'], 'path' | 'backup'>,
  alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>,
): void {
  const { path } = store;
  const raiseFor = (code: AlarmCode, files: readonly string[]): void => {
    if (files.length === 0) alarms.clear(code);
    else alarms.raise(code, files.join(', '));
  };
  raiseFor('STORE_REPLACED', damagedCopies(path));
  raiseFor('STORE_WRITTEN_BACK', notesOf(path, 'written-back'));
  raiseFor('STORE_LOST', notesOf(path, 'lost'));
  raiseFor('STORE_COPY_RETAINED', retainedCopies(backupPath(store)));
}
