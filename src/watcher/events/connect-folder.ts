import { readFile, realpath, stat } from 'node:fs/promises';
import type { InboxConfig } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import { isMountPoint, mountOf, needsPolling } from './filesystem.ts';
import type { FolderListeners, FolderWatch, watchFolder } from './watch-folder.ts';

/** The watch of one inbox: opened, lost, and opened again when the folder is replaced, unmounted or mounted. */
export interface FolderConnection {
  /**
   * Watches the folder that is now at the path, unless it is already watched. Throws INBOX_UNREACHABLE and the errors
   * of stat.
   */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** The folder was replaced or removed: the next `connect` opens a new watch. */
  invalidate(): void;
  /** Events are unreliable until the watch is reopened, some seconds later. */
  distrust(): void;
  isTrusted(): boolean;
  /** Null while the folder cannot be reached. */
  mode(): 'events' | 'poll' | null;
}

export interface ConnectionDeps {
  readonly watch: typeof watchFolder;
  /** An unreliable watch is reopened after this long. */
  readonly reopenMs: number;
  readonly listeners: FolderListeners;
  /** The folder was listed late: files that arrived earlier may not have been reported and need a scan. */
  readonly onListedLate: () => void;
  readonly signal: AbortSignal;
}

const LISTING_TIMEOUT_MS = 5000;

interface WatchState {
  readonly events: FolderWatch | null;
  readonly identity: string | null;
  readonly mode: 'events' | 'poll' | null;
  readonly isDistrusted: boolean;
}

const DISCONNECTED: WatchState = { events: null, identity: null, mode: null, isDistrusted: false };

export function createConnection(inbox: InboxConfig, deps: ConnectionDeps): FolderConnection {
  const { path } = inbox;
  let state = DISCONNECTED;
  let wasMounted = false;
  let openedAt = 0;

  async function openEvents(): Promise<void> {
    const events = await deps.watch(path, deps.listeners);
    state = { ...state, events };
    if (!(await isListedInTime(events, deps.signal))) void events.listed.then(deps.onListedLate);
  }

  async function disconnect(): Promise<void> {
    const { events } = state;
    state = DISCONNECTED;
    await events?.[Symbol.asyncDispose]();
  }

  return {
    async connect() {
      const { identity, isMounted, bestMode } = await inspectFolder(path);
      if (wasMounted && !isMounted) throw unmounted();
      wasMounted = isMounted;
      const mayReopen = state.isDistrusted && performance.now() - openedAt >= deps.reopenMs;
      if (identity === state.identity && !mayReopen) return;
      await disconnect();
      const mode = inbox.mode === 'auto' ? bestMode : inbox.mode;
      state = { ...DISCONNECTED, identity, mode };
      openedAt = performance.now();
      if (mode === 'events' && !deps.signal.aborted) await openEvents();
    },
    disconnect,
    invalidate() {
      state = { ...state, identity: null };
    },
    distrust() {
      state = { ...state, isDistrusted: true };
    },
    isTrusted: () => !state.isDistrusted,
    mode: () => state.mode,
  };
}

/** An empty mount point means that the share is gone, not that the inbox is empty. */
function unmounted(): BonewatchError {
  return new BonewatchError('INBOX_UNREACHABLE', 'The export folder is no longer mounted.');
}

interface FolderFacts {
  /** Device and inode, which differ for another folder at the same path. */
  readonly identity: string;
  readonly isMounted: boolean;
  readonly bestMode: 'events' | 'poll';
}

async function inspectFolder(path: string): Promise<FolderFacts> {
  const found = await stat(path);
  if (!found.isDirectory())
    throw new BonewatchError('INBOX_UNREACHABLE', 'The export folder is not a folder.');
  const real = await realpath(path);
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return {
    identity: `${found.dev}:${found.ino}`,
    isMounted: isMountPoint(real, mountinfo),
    bestMode: needsPolling(mountOf(real, mountinfo)?.type ?? '') ? 'poll' : 'events',
  };
}

/** Whether the folder was listed before the timeout; a big tree on a slow disk takes longer. */
async function isListedInTime(events: FolderWatch, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(late.resolve, LISTING_TIMEOUT_MS, false);
  signal.addEventListener('abort', () => late.resolve(false), { once: true });
  const isInTime = await Promise.race([events.listed.then(() => true), late.promise]);
  clearTimeout(timer);
  return isInTime;
}
