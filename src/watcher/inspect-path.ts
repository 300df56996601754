import { lstat, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FoundFile } from './watcher-ledger.ts';

/** The state of a path: a regular file, nothing, another kind of file (never read), or no answer. */
export type PathState = FoundFile | 'gone' | 'not-a-file' | 'no-answer';

const TIMEOUT_MS = 20_000;

/** Reads the size and times of one file without opening it and without following a link. */
export async function inspectPath(inbox: string, path: string): Promise<PathState> {
  return withTimeout(
    lstat(join(inbox, path)).then(
      (found) =>
        found.isFile()
          ? { path, sizeBytes: found.size, mtimeMs: found.mtimeMs, ctimeMs: found.ctimeMs }
          : 'not-a-file',
      (error: unknown) => (isGone(error) ? 'gone' : 'no-answer'),
    ),
    'no-answer',
  );
}

/** Whether a folder exists and answers. */
export async function isFolderThere(folder: string): Promise<boolean> {
  return withTimeout(
    stat(folder).then(
      (found) => found.isDirectory(),
      (error: unknown) => {
        if (systemErrorCode(error) === null) throw error;
        return false;
      },
    ),
    false,
  );
}

/** A hung mount never answers. */
async function withTimeout<T>(answer: Promise<T>, fallback: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(late.resolve, TIMEOUT_MS, fallback);
  const first = await Promise.race([answer, late.promise]);
  clearTimeout(timer);
  return first;
}

/** Names that start with a dot are not arrivals: half-copied files of rsync and the like, and our own. */
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
