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
import { dirname, join } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';

/** Creates a database file with the required mode; SQLite gives its side files the mode of the database file. */
export function prepareFile(path: string, access: 'read' | 'write'): void {
  requireNoFolder(path);
  try {
    if (access === 'read') {
      accessSync(path);
      return;
    }
    const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (made !== undefined) chmodSync(dirname(path), 0o700);
    const isNew = !existsSync(path);
    closeSync(openSync(path, 'a', 0o600));
    if (isNew) giveToService(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new BonewatchError('STORE_FAILED', `The database file ${path} could not be opened (${reason}).`, {
      cause: error,
    });
  }
}

/** Throws CONFIG_INVALID where a folder has the path of the database: no free space and no permission would help. */
export function requireNoFolder(path: string): void {
  if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)) return;
  throw new BonewatchError(
    'CONFIG_INVALID',
    `The path store.path is a folder: ${path}. Name the database file, such as ${join(path, 'bonewatch.db')}.`,
  );
}

/** A file that an administrator creates in the service's folder must belong to the service. */
export function giveToService(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}
