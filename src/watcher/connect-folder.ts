import { readFile, realpath, stat } from 'node:fs/promises';
import type { InboxConfig } from '../config/schema.ts';
import { BonewatchError } from '../contract/errors.ts';
import { isMountPoint, mountOf, needsPolling } from './filesystem.ts';
import type { FolderListeners, FolderWatch, watchFolder } from './watch-folder.ts';

/** The events of one inbox: opened, lost, and opened again, whatever becomes of the folder. */
export interface FolderConnection {
  /** Sees to it that the folder which now stands at the path is the one that is watched. Throws what stat throws. */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** The folder is another one, or gone. */
  forget(): void;
  /** Events are not to be relied on until they were opened again, some seconds later. */
  distrust(): void;
  isTrusted(): boolean;
  /** null while there is none. */
  mode(): 'events' | 'poll' | null;
}

export interface ConnectionDeps {
  readonly watch: typeof watchFolder;
  readonly listeners: FolderListeners;
  /** The folder was listed late: what came before it may not have been told. */
  readonly onListedLate: () => void;
  readonly signal: AbortSignal;
}

const REOPEN_MS = 10_000;
const LISTING_WAIT_MS = 5000;

export function createConnection(inbox: InboxConfig, deps: ConnectionDeps): FolderConnection {
  const { path } = inbox;
  let events: FolderWatch | null = null;
  let identity: string | null = null;
  let mode: 'events' | 'poll' | null = null;
  let isDistrusted = false;
  let wasMounted = false;
  let openedAt = 0;

  async function openEvents(): Promise<void> {
    events = await deps.watch(path, deps.listeners);
    // What is created before a sub-folder is watched shows in the comparison that follows the listing.
    if (!(await isListedInTime(events, deps.signal))) void events.listed.then(deps.onListedLate);
  }

  async function disconnect(): Promise<void> {
    const before = events;
    events = null;
    identity = null;
    isDistrusted = false;
    mode = null;
    await before?.[Symbol.asyncDispose]();
  }

  return {
    async connect() {
      const found = await stat(path);
      if (!found.isDirectory())
        throw new BonewatchError('INBOX_UNREACHABLE', 'The export folder is not a folder.');
      const real = await realpath(path);
      const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
      const isMounted = isMountPoint(real, mountinfo);
      // An empty folder where a share was mounted is no empty inbox.
      if (wasMounted && !isMounted)
        throw new BonewatchError('INBOX_UNREACHABLE', 'The export folder is not mounted any more.');
      wasMounted = isMounted;
      const foundIdentity = `${found.dev}:${found.ino}`;
      const mayReopen = isDistrusted && performance.now() - openedAt >= REOPEN_MS;
      if (foundIdentity === identity && !mayReopen) return;
      await disconnect();
      const best = needsPolling(mountOf(real, mountinfo)?.type ?? '') ? 'poll' : 'events';
      mode = inbox.mode === 'auto' ? best : inbox.mode;
      identity = foundIdentity;
      openedAt = performance.now();
      if (mode === 'events') await openEvents();
    },
    disconnect,
    forget() {
      identity = null;
    },
    distrust() {
      isDistrusted = true;
    },
    isTrusted: () => !isDistrusted,
    mode: () => mode,
  };
}

/** Whether the folder was listed for events before patience ended; a big tree on a slow disk takes longer. */
async function isListedInTime(events: FolderWatch, signal: AbortSignal): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(late.resolve, LISTING_WAIT_MS, false);
  signal.addEventListener('abort', () => late.resolve(false), { once: true });
  const isInTime = await Promise.race([events.listed.then(() => true), late.promise]);
  clearTimeout(timer);
  return isInTime;
}
