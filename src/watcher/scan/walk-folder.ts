import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isHidden, inspectPath, systemErrorCode } from '../inspect-path.ts';
import type { PathState } from '../inspect-path.ts';
import type { FoundFile } from '../watcher-ledger.ts';

export interface WalkedBatch {
  readonly files: readonly FoundFile[];
  /** Folders that could not be listed and names that could not be inspected. */
  readonly unreadable: number;
}

const BATCH_FILES = 64;
/** Each inspection blocks a thread while it waits; a hung mount must leave some threads to the rest of the daemon. */
const MAX_CONCURRENT_INSPECTIONS = 16;

/**
 * Every regular file below a folder of an inbox, in batches, without hidden names and without following links.
 * A folder that disappears meanwhile is skipped. Throws the system's error if the top folder cannot be listed.
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
      for await (const entry of await opendir(join(inbox, folder), { bufferSize: BATCH_FILES })) {
        if (signal.aborted) return undefined;
        if (isHidden(entry.name)) continue;
        if (entry.isDirectory()) folders.push(join(folder, entry.name));
        if (!entry.isFile()) continue;
        paths.push(join(folder, entry.name));
        if (paths.length < BATCH_FILES) continue;
        yield await inspectAll(inbox, paths);
        paths = [];
      }
    } catch (error) {
      const code = systemErrorCode(error);
      if (folder === start || code === null) throw error;
      if (code !== 'ENOENT') unreadable++;
    }
  }
  const rest = await inspectAll(inbox, paths);
  yield { files: rest.files, unreadable: rest.unreadable + unreadable };
  return undefined;
}

async function inspectAll(inbox: string, paths: readonly string[]): Promise<WalkedBatch> {
  const states: PathState[] = [];
  for (let start = 0; start < paths.length; start += MAX_CONCURRENT_INSPECTIONS) {
    const next = paths.slice(start, start + MAX_CONCURRENT_INSPECTIONS);
    states.push(...(await Promise.all(next.map((path) => inspectPath(inbox, path)))));
  }
  const files: FoundFile[] = [];
  let unreadable = 0;
  for (const [index, state] of states.entries()) {
    if (typeof state === 'object') files.push(state);
    else if (state === 'no-answer' || (state === 'gone' && isUndecodable(paths[index] ?? ''))) unreadable++;
  }
  return { files, unreadable };
}

/** A name that is not UTF-8 cannot be opened under its listed name. */
function isUndecodable(path: string): boolean {
  return path.includes('\uFFFD');
}
