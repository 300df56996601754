import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHidden, inspectPath, systemErrorCode } from './inspect-path.ts';
import type { PathState } from './inspect-path.ts';
import type { SeenFile } from './watcher-ledger.ts';

export interface WalkedBatch {
  readonly files: readonly SeenFile[];
  /** Folders that could not be listed and names that could not be looked at. */
  readonly unreadable: number;
}

const BATCH = 64;
/** Each holds a thread while it waits; a mount that hangs must leave some to the rest of the daemon. */
const LOOKS_AT_ONCE = 16;

/**
 * Every regular file below a folder of an inbox, in batches, hidden names left out and links not followed.
 * A folder that disappears meanwhile is skipped. Throws the system's error when the first folder cannot be listed.
 */
export async function* walkFolder(
  inbox: string,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<WalkedBatch, undefined> {
  const folders = [start];
  let paths: string[] = [];
  let unreadable = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of await opendir(join(inbox, folder), { bufferSize: BATCH })) {
        if (signal.aborted) return undefined;
        if (isHidden(entry.name)) continue;
        if (entry.isDirectory()) folders.push(join(folder, entry.name));
        if (!entry.isFile()) continue;
        paths.push(join(folder, entry.name));
        if (paths.length < BATCH) continue;
        yield await lookAtAll(inbox, paths);
        paths = [];
      }
    } catch (error) {
      const code = systemErrorCode(error);
      if (folder === start || code === null) throw error;
      if (code !== 'ENOENT') unreadable++;
    }
  }
  const rest = await lookAtAll(inbox, paths);
  yield { files: rest.files, unreadable: rest.unreadable + unreadable };
  return undefined;
}

async function lookAtAll(inbox: string, paths: readonly string[]): Promise<WalkedBatch> {
  const looks: PathState[] = [];
  for (let start = 0; start < paths.length; start += LOOKS_AT_ONCE) {
    const few = paths.slice(start, start + LOOKS_AT_ONCE);
    looks.push(...(await Promise.all(few.map((path) => inspectPath(inbox, path)))));
  }
  const files: SeenFile[] = [];
  let unreadable = 0;
  for (const [index, look] of looks.entries()) {
    if (typeof look === 'object') files.push(look);
    else if (look === 'no-answer' || (look === 'gone' && isUndecodable(paths[index] ?? ''))) unreadable++;
  }
  return { files, unreadable };
}

/** A name that is not UTF-8 cannot be opened by the name it is listed under. */
function isUndecodable(path: string): boolean {
  return path.includes('\uFFFD');
}
