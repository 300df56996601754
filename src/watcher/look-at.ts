import { lstat, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SeenFile } from './watcher-ledger.ts';

/** What stands at a path: a regular file, nothing, something that is never read, or no answer. */
export type Look = SeenFile | 'gone' | 'not-a-file' | 'no-answer';

/** Looks at one file without opening it and without following a link. */
export async function lookAt(inbox: string, path: string): Promise<Look> {
  try {
    const found = await lstat(join(inbox, path));
    return found.isFile() ? { path, sizeBytes: found.size, mtimeMs: found.mtimeMs } : 'not-a-file';
  } catch (error) {
    return isGone(error) ? 'gone' : 'no-answer';
  }
}

/** Whether a folder is there and answers. */
export async function isFolderThere(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    return false;
  }
}

/** Names that start with a dot are no arrivals: half-copied files of rsync and the like, and our own. */
export function isHidden(path: string): boolean {
  return basename(path).startsWith('.');
}

/** The code of a failed system call, such as ENOENT; null for any other error. */
export function systemErrorCode(error: unknown): string | null {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

function isGone(error: unknown): boolean {
  const code = systemErrorCode(error);
  if (code === null) throw error;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
