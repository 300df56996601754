import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { descriptorPath, referInside } from '../contract/file-source.ts';
import type { FoundFile } from './watcher-ledger.ts';

/** The state of a path: a file or a link and the like, nothing, a folder, or no answer. */
export type PathState = FoundFile | 'gone' | 'folder' | 'no-answer';

const TIMEOUT_MS = 20_000;

/** Reads the size and times of one file without opening it and without following a link on the way to it. */
export async function inspectPath(inbox: string, path: string): Promise<PathState> {
  return withTimeout(
    inspectBelow(inbox, path).catch((error: unknown) => (isGone(error) ? 'gone' : 'no-answer')),
    'no-answer',
  );
}

async function inspectBelow(inbox: string, path: string): Promise<PathState> {
  const parent = dirname(path);
  if (parent === '.') return stateOf(path, await lstat(join(inbox, path)));
  const folder = await referInside({ folder: inbox, path: parent });
  if (folder === 'outside') return 'gone';
  try {
    return stateOf(path, await lstat(join(descriptorPath(folder), basename(path))));
  } finally {
    await folder.close();
  }
}

/** As `inspectPath`, for a name in a folder that is held open. */
export async function inspectIn(folder: string, name: string, path: string): Promise<PathState> {
  return withTimeout(
    lstat(join(folder, name)).then(
      (found) => stateOf(path, found),
      (error: unknown) => (isGone(error) ? 'gone' : 'no-answer'),
    ),
    'no-answer',
  );
}

function stateOf(path: string, found: Stats): PathState {
  if (found.isDirectory()) return 'folder';
  const file = { path, sizeBytes: found.size, mtimeMs: found.mtimeMs, ctimeMs: found.ctimeMs };
  return found.isFile() ? file : { ...file, isRegular: false };
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
