import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import type { Store } from '../../open-store.ts';
import { flush } from './copy-database.ts';
import type { IdentifiedFiles } from './file-identity.ts';
import { prepareFile } from '../prepare-file.ts';
import { fileStamp } from './quarantine-database.ts';

/**
 * Gives an open store whose file was deleted, renamed or replaced its place back, with all its data: a copy of what is
 * open takes the path, and the store continues on it. Another file that lies there is renamed; returns its new path, or
 * null. Throws STORE_FAILED; the open store is unchanged then.
 */
export async function writeBack(
  store: Pick<Store, 'file'>,
  path: string,
  { files, now }: { readonly files: Pick<IdentifiedFiles, 'foreignParts'>; readonly now: number },
): Promise<string | null> {
  const part = `${path}.part`;
  try {
    rmSync(part, { force: true });
    prepareFile(part, 'write');
    await store.file.copyTo(part);
    // Synchronous from here on: nothing can be written between the copy and the exchange.
    flush(part);
    const foundPath = `${path}.found-${fileStamp(now)}`;
    const found = files.foreignParts();
    for (const ending of found) renameSync(path + ending, foundPath + ending);
    store.file.reopen(() => {
      // SQLite leaves the side files of a database that has lost its name.
      for (const side of ['-wal', '-shm', '-journal']) rmSync(path + side, { force: true });
      renameSync(part, path);
    });
    flush(dirname(path));
    return found.includes('') ? foundPath : null;
  } catch (cause) {
    if (cause instanceof BonewatchError) throw cause;
    throw new BonewatchError('STORE_FAILED', `The database could not be written back to ${path}.`, { cause });
  }
}
