import { opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { descriptorPath, referInside } from '../../contract/file-source.ts';
import { isHidden, inspectIn, systemErrorCode } from '../inspect-path.ts';
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

/** An entry, and the folder that it was listed in. */
interface ListedEntry {
  readonly folder: HeldFolder;
  readonly name: string;
  readonly path: string;
}

/** A folder of an inbox that names lead into, even if its own name leads elsewhere by now. */
interface HeldFolder {
  readonly path: string;
  /** Null for the inbox itself, which only its owner can replace. */
  readonly handle: FileHandle | null;
}

/**
 * Every file below a folder of an inbox, and every link, pipe, device and socket, in batches, without hidden names. No
 * link is followed, not even one that replaces a folder during the walk. A folder that disappears meanwhile is skipped.
 * Throws the system's error if the top folder cannot be listed.
 */
export async function* walkFolder(
  inbox: string,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<WalkedBatch, undefined> {
  const folders = [start];
  const pending = createPending();
  let unreadable = 0;
  try {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      try {
        const held = await pending.hold(inbox, folder);
        if (held === null) continue;
        for await (const entry of await opendir(held.path, { bufferSize: BATCH_FILES })) {
          if (signal.aborted) return undefined;
          if (isHidden(entry.name)) continue;
          const path = join(folder, entry.name);
          if (entry.isDirectory()) folders.push(path);
          else pending.entries.push({ folder: held, name: entry.name, path });
          if (pending.entries.length >= BATCH_FILES) yield await pending.inspect(held);
        }
        if (pending.entries.at(-1)?.folder !== held) await pending.release(null);
      } catch (error) {
        const code = systemErrorCode(error);
        if (folder === start || code === null) throw error;
        if (code !== 'ENOENT') unreadable++;
      }
    }
    const rest = await pending.inspect(null);
    yield { files: rest.files, unreadable: rest.unreadable + unreadable };
  } finally {
    pending.entries.length = 0;
    await pending.release(null);
  }
  return undefined;
}

/** Entries to inspect, and the folders that they were listed in. */
interface Pending {
  readonly entries: ListedEntry[];
  /** Null if a link leads out of the inbox. */
  hold(inbox: string, folder: string): Promise<HeldFolder | null>;
  /** Inspects all entries and releases every folder but the current one. */
  inspect(current: HeldFolder | null): Promise<WalkedBatch>;
  /** Releases every folder that no entry waits in. */
  release(current: HeldFolder | null): Promise<void>;
}

function createPending(): Pending {
  const entries: ListedEntry[] = [];
  const held = new Set<HeldFolder>();

  async function release(current: HeldFolder | null): Promise<void> {
    const needed = new Set([current, ...entries.map(({ folder }) => folder)]);
    const others = [...held].filter((folder) => !needed.has(folder));
    for (const folder of others) held.delete(folder);
    await Promise.all(others.map(async ({ handle }) => handle?.close()));
  }

  return {
    entries,
    release,
    async hold(inbox, folder) {
      const handle = folder === '' ? null : await referInside({ folder: inbox, path: folder });
      if (handle === 'outside') return null;
      const found = { path: handle === null ? inbox : descriptorPath(handle), handle };
      held.add(found);
      return found;
    },
    async inspect(current) {
      const batch = await inspectAll(entries);
      entries.length = 0;
      await release(current);
      return batch;
    },
  };
}

async function inspectAll(entries: readonly ListedEntry[]): Promise<WalkedBatch> {
  const states: PathState[] = [];
  for (let start = 0; start < entries.length; start += MAX_CONCURRENT_INSPECTIONS) {
    const next = entries.slice(start, start + MAX_CONCURRENT_INSPECTIONS);
    states.push(
      ...(await Promise.all(next.map(({ folder, name, path }) => inspectIn(folder.path, name, path)))),
    );
  }
  const files: FoundFile[] = [];
  let unreadable = 0;
  for (const [index, state] of states.entries()) {
    if (typeof state === 'object') files.push(state);
    else if (state === 'no-answer' || (state === 'gone' && isUndecodable(entries[index]?.path ?? '')))
      unreadable++;
  }
  return { files, unreadable };
}

/** A name that is not UTF-8 cannot be opened under its listed name. */
function isUndecodable(path: string): boolean {
  return path.includes('\uFFFD');
}
