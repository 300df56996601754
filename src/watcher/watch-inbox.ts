import { readFile, realpath, stat } from 'node:fs/promises';
import type { InboxConfig } from '../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../errors.ts';
import { filesystemOf, needsPolling } from './filesystem.ts';
import { createIntake } from './intake.ts';
import { systemErrorCode } from './look-at.ts';
import type { Settler } from './settler.ts';
import { walkFolder } from './walk-folder.ts';
import { watchFolder } from './watch-folder.ts';
import type { FolderWatch } from './watch-folder.ts';
import type { WatcherLedger } from './watcher-ledger.ts';

export interface WatcherLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface InboxDeps {
  readonly ledger: WatcherLedger;
  readonly settler: Settler;
  readonly clock: { now(): number };
  readonly log: WatcherLog;
  /** Called when trouble starts, changes and, with null, ends. */
  readonly onTrouble: (inbox: string, error: BonewatchError | null) => void;
  readonly signal: AbortSignal;
}

export interface InboxState {
  readonly path: string;
  /** How changes are noticed between comparisons; null while the folder cannot be reached. */
  readonly mode: 'events' | 'poll' | null;
  readonly trouble: BonewatchError | null;
  /** The last whole comparison of folder and ledger; `finishedAt` in milliseconds since 1970. */
  readonly lastScan: { readonly finishedAt: number; readonly files: number; readonly tookMs: number } | null;
}

export interface WatchedInbox extends AsyncDisposable {
  /** Settles after the first comparison, or the first failure to make one. */
  readonly firstScan: Promise<void>;
  /** Compares folder and ledger now; settles when a comparison that began after the call has ended. */
  rescan(): Promise<void>;
  state(): InboxState;
  /** The store refused a write for a file of this inbox; over with the next whole comparison. */
  storeFailed(error: BonewatchError): void;
}

const UNREACHABLE_RETRY_MS = 2000;
const SHORTEST_POLL_MS = 1000;
/** A polled folder is being listed at most a fifth of the time. */
const POLL_REST = 4;
const REOPEN_MS = 10_000;
const LISTING_WAIT_MS = 5000;

/** Watches one inbox for as long as it lives, through removal, unmounting and broken events. */
export function watchInbox(inbox: InboxConfig, deps: InboxDeps): WatchedInbox {
  const { clock, log, signal } = deps;
  const { path } = inbox;
  const intake = createIntake(inbox, { ...deps, onStoreFailed: setTrouble, onStorm: requestScan });
  let events: FolderWatch | null = null;
  let identity: string | null = null;
  let mode: InboxState['mode'] = null;
  let isBroken = false;
  let openedAt = 0;
  let trouble: BonewatchError | null = null;
  let lastScan: InboxState['lastScan'] = null;
  let isRequested = false;
  let wake = (): void => {};
  let waiting: (() => void)[] = [];

  function setTrouble(error: BonewatchError | null): void {
    if (error?.code === trouble?.code && error?.message === trouble?.message) return;
    trouble = error;
    deps.onTrouble(path, error);
  }

  function requestScan(): void {
    isRequested = true;
    wake();
  }

  async function connect(): Promise<void> {
    const found = await stat(path);
    if (!found.isDirectory())
      throw new BonewatchError('INBOX_UNREACHABLE', 'The export folder is not a folder.');
    const foundIdentity = `${found.dev}:${found.ino}`;
    const mayReopen = isBroken && performance.now() - openedAt >= REOPEN_MS;
    if (foundIdentity === identity && !mayReopen) return;
    await disconnect();
    mode = inbox.mode === 'auto' ? await chooseMode(path) : inbox.mode;
    identity = foundIdentity;
    openedAt = performance.now();
    if (mode === 'events') await openEvents();
  }

  async function openEvents(): Promise<void> {
    events = await watchFolder(path, {
      onFile: intake.notice,
      onFolder: intake.noticeFolder,
      onRemoved() {
        identity = null;
        requestScan();
      },
      onBroken(error) {
        if (isBroken) return;
        isBroken = true;
        log.warn(
          { inbox: path, cause: systemErrorCode(error) },
          'file events lost, folder is polled meanwhile',
        );
        requestScan();
      },
    });
    // What is created before a sub-folder is watched shows in the comparison that follows the listing.
    if (!(await isListedInTime(events, signal))) void events.listed.then(requestScan);
  }

  async function disconnect(): Promise<void> {
    const before = events;
    events = null;
    identity = null;
    isBroken = false;
    mode = null;
    await before?.[Symbol.asyncDispose]();
  }

  async function scan(): Promise<void> {
    const startedAt = performance.now();
    const at = clock.now();
    let files = 0;
    let unreadable = 0;
    await connect();
    for await (const batch of walkFolder(path, '', signal)) {
      intake.compare(batch.files, at);
      files += batch.files.length;
      unreadable += batch.unreadable;
    }
    if (signal.aborted) return;
    await intake.settleRest();
    lastScan = { finishedAt: clock.now(), files, tookMs: performance.now() - startedAt };
    setTrouble(unreadable === 0 ? null : partlyUnreachable(unreadable));
  }

  async function scanOrTrouble(): Promise<void> {
    try {
      await scan();
    } catch (error) {
      if (isBonewatchError(error, 'STORE_FAILED')) {
        setTrouble(error);
        return;
      }
      await disconnect();
      setTrouble(toUnreachable(error));
    }
  }

  function pauseMs(): number {
    if (mode === null) return Math.min(UNREACHABLE_RETRY_MS, inbox.rescanSeconds * 1000);
    if (mode === 'events' && !isBroken) return inbox.rescanSeconds * 1000;
    const restMs = Math.max(SHORTEST_POLL_MS, (lastScan?.tookMs ?? 0) * POLL_REST);
    return Math.min(restMs, Math.max(inbox.rescanSeconds * 1000, SHORTEST_POLL_MS));
  }

  async function pause(): Promise<void> {
    if (isRequested || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs());
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = () => {};
  }

  async function run(onFirst: () => void): Promise<void> {
    while (!signal.aborted) {
      isRequested = false;
      const answered = waiting;
      waiting = [];
      await scanOrTrouble();
      onFirst();
      for (const resolve of answered) resolve();
      await pause();
    }
    for (const resolve of waiting) resolve();
    await disconnect();
  }

  signal.addEventListener('abort', () => wake(), { once: true });
  const first = Promise.withResolvers<undefined>();
  const finished = run(() => first.resolve(undefined));
  log.info({ inbox: path, mode: inbox.mode }, 'watching inbox');

  return {
    firstScan: first.promise,
    rescan() {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        requestScan();
      });
    },
    state: () => ({ path, mode, trouble, lastScan }),
    storeFailed: setTrouble,
    [Symbol.asyncDispose]: () => finished,
  };
}

async function chooseMode(path: string): Promise<'events' | 'poll'> {
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return needsPolling(filesystemOf(await realpath(path), mountinfo) ?? '') ? 'poll' : 'events';
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

function toUnreachable(error: unknown): BonewatchError {
  if (isBonewatchError(error)) return error;
  const code = systemErrorCode(error);
  if (code === null) throw error;
  return new BonewatchError('INBOX_UNREACHABLE', `The export folder cannot be listed (${code}).`, {
    cause: error,
  });
}

function partlyUnreachable(count: number): BonewatchError {
  const message = `The export folder holds sub-folders or names that cannot be read (${count}).`;
  return new BonewatchError('INBOX_UNREACHABLE', message);
}
