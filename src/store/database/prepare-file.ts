import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';

/** Creates a database file with the required mode; SQLite gives its side files the mode of the database file. */
export function prepareFile(path: string, access: 'read' | 'write'): void {
  try {
    if (access === 'read') {
      accessSync(path);
      return;
    }
    const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (made !== undefined) chmodSync(dirname(path), 0o700);
    const isNew = !existsSync(path);
    closeSync(openSync(path, 'a', 0o600));
    if (isNew && process.getuid?.() === 0) giveToOwnerOf(dirname(path), path);
  } catch (error) {
    throw new BonewatchError('STORE_FAILED', 'The database file could not be opened.', { cause: error });
  }
}

/** A file that an administrator creates in the service's folder must belong to the service. */
function giveToOwnerOf(folder: string, path: string): void {
  const { uid, gid } = statSync(folder);
  chownSync(path, uid, gid);
}
