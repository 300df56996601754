import { damagedCopies } from '../../store/database/quarantine-database.ts';
import { notesOf } from '../../store/database/store-notes.ts';
import type { AlarmCode } from '../../contract/error-table.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

/** Raises an alarm for each kind of file next to the database that an administrator must see, until it is moved away. */
export function raiseStoreNotices(
  { path }: { readonly path: string },
  alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>,
): void {
  const raiseFor = (code: AlarmCode, files: readonly string[]): void => {
    if (files.length === 0) alarms.clear(code);
    else alarms.raise(code, files.join(', '));
  };
  raiseFor('STORE_REPLACED', damagedCopies(path));
  raiseFor('STORE_WRITTEN_BACK', notesOf(path, 'written-back'));
  raiseFor('STORE_LOST', notesOf(path, 'lost'));
}
