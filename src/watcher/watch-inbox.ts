import type { Clock } from '../contract/clock.ts';
import type { InboxConfig } from '../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../contract/errors.ts';
import { createConnection } from './connect-folder.ts';
import { createWatchProbe } from './watch-probe.ts';
import { createArrivalRecorder } from './arrival-recorder.ts';
import { systemErrorCode } from './inspect-path.ts';
import { createHangGuard } from './hang-guard.ts';
import type { CompletenessTracker } from './completeness-tracker.ts';
import { walkFolder } from './walk-folder.ts';
import { watchFolder } from './watch-folder.ts';
import type { WatcherLedger } from './watcher-ledger.ts';

export interface WatcherLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** How a folder is reached; tests put a deaf or a hung one in its place. */
export interface FolderAccess {
  readonly watch: typeof watchFolder;
  readonly walk: typeof walkFolder;
  /** A folder that gives no answer for so long is unreachable. */
  readonly silenceMs: number;
}

export interface InboxDeps {
  readonly ledger: WatcherLedger;
  readonly settler: CompletenessTracker;
  readonly clock: Clock;
  readonly log: WatcherLog;
  /** Called when trouble starts, changes and, with null, ends. */
  readonly onTrouble: (inbox: string, error: BonewatchError | null) => void;
  /** When Bonewatch was first started here, milliseconds since 1970. */
  readonly firstStartAt?: number;
  readonly folder?: Partial<FolderAccess>;
  readonly signal: AbortSignal;
}

export interface InboxState {
  readonly path: string;
  /** How changes are noticed between comparisons; null while the folder cannot be reached. */
  readonly mode: 'events' | 'poll' | null;
  readonly trouble: BonewatchError | null;
  /** The last whole comparison of folder and ledger; `finishedAt` in milliseconds since 1970. */
  readonly lastScan: { readonly finishedAt: number; readonly files: number; readonly tookMs: number } | null;
  /** When the last comparison ended, also one that failed, on `performance.now()`'s scale; null before. */
  readonly lastTriedMs: number | null;
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
const MIN_POLL_MS = 1000;
/** A polled folder is being listed at most a fifth of the time. */
const POLL_REST = 4;
const SILENCE_MS = 30_000;

/** Watches one inbox for as long as it lives, through removal, unmounting, hanging and broken events. */
export function watchInbox(inbox: InboxConfig, deps: InboxDeps): WatchedInbox {
  const { clock, log, signal } = deps;
  const { path } = inbox;
  const folder: FolderAccess = {
    watch: watchFolder,
    walk: walkFolder,
    silenceMs: SILENCE_MS,
    ...deps.folder,
  };
  const patience = createHangGuard(folder.silenceMs);
  const proof = createWatchProbe(path, { hasCanary: inbox.canary === 'auto' });
  const intake = createArrivalRecorder(inbox, { ...deps, onStoreFailed: setTrouble, onStorm: requestScan });
  const connection = createConnection(inbox, {
    watch: folder.watch,
    onListedLate: requestScan,
    signal,
    listeners: {
      onFile(file) {
        proof.heard(file);
        intake.notice(file);
      },
      onFolder(name) {
        proof.heardFolder(name);
        intake.noticeFolder(name);
      },
      onRemoved() {
        connection.forget();
        requestScan();
      },
      onBroken: (error) => loseEvents(systemErrorCode(error)),
    },
  });
  let trouble: BonewatchError | null = null;
  let lastScan: InboxState['lastScan'] = null;
  let lastTriedMs: number | null = null;
  let areEventsLost = false;
  let judging: Promise<void> | null = null;
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

  function loseEvents(cause: string | null): void {
    if (!connection.isTrusted()) return;
    connection.distrust();
    areEventsLost = true;
    log.warn({ inbox: path, cause }, 'file events lost, folder is polled meanwhile');
    requestScan();
  }

  /** Beside the pause between two comparisons: a silent watch is found out, opened again and told of. */
  async function judgeEvents(found: readonly string[]): Promise<void> {
    const verdict = await proof.judge(found, signal);
    if (signal.aborted || connection.mode() !== 'events') return;
    if (verdict === 'silent') loseEvents(null);
    if (verdict !== 'flowing' || !areEventsLost || !connection.isTrusted()) return;
    areEventsLost = false;
    log.info({ inbox: path }, 'file events flow again');
    if (trouble?.code === 'INBOX_EVENTS_LOST') setTrouble(null);
  }

  async function scan(): Promise<readonly string[]> {
    const startedAt = performance.now();
    const at = clock.now();
    const wasWatched = connection.mode() === 'events' && connection.isTrusted() && lastScan !== null;
    const found: string[] = [];
    let files = 0;
    let unreadable = 0;
    await patience.wait(() => connection.connect(), silent);
    const isWatchedStill = wasWatched && connection.isTrusted();
    const walk = folder.walk(path, '', signal);
    for (;;) {
      const { value: batch } = await patience.wait(() => walk.next(), silent);
      if (batch === undefined) break;
      const fresh = intake.compare(batch.files, at);
      if (isWatchedStill) found.push(...fresh);
      files += batch.files.length;
      unreadable += batch.unreadable;
    }
    if (signal.aborted) return [];
    await patience.wait(() => intake.settleRest(), silent);
    lastScan = { finishedAt: clock.now(), files, tookMs: performance.now() - startedAt };
    setTrouble(unreadable > 0 ? partlyUnreachable(unreadable) : areEventsLost ? eventsLost() : null);
    return found;
  }

  async function scanOrTrouble(): Promise<void> {
    try {
      const found = await scan();
      if (connection.mode() === 'events')
        judging ??= judgeEvents(found).finally(() => {
          judging = null;
        });
    } catch (error) {
      if (isBonewatchError(error, 'STORE_FAILED') || isBonewatchError(error, 'DISK_FULL')) {
        setTrouble(error);
        return;
      }
      areEventsLost = false;
      await connection.disconnect();
      setTrouble(toUnreachable(error));
    } finally {
      lastTriedMs = performance.now();
    }
  }

  function pauseMs(): number {
    const rescanMs = inbox.rescanSeconds * 1000;
    if (connection.mode() === null) return Math.min(UNREACHABLE_RETRY_MS, rescanMs);
    if (connection.mode() === 'events' && connection.isTrusted() && !areEventsLost) return rescanMs;
    const restMs = Math.max(MIN_POLL_MS, (lastScan?.tookMs ?? 0) * POLL_REST);
    return Math.min(restMs, Math.max(rescanMs, MIN_POLL_MS));
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
    await judging;
    await connection.disconnect();
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
    state: () => ({ path, mode: connection.mode(), trouble, lastScan, lastTriedMs }),
    storeFailed: setTrouble,
    [Symbol.asyncDispose]: () => finished,
  };
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

function silent(): BonewatchError {
  return new BonewatchError('INBOX_UNREACHABLE', 'The export folder does not answer.');
}

function eventsLost(): BonewatchError {
  const message = 'The system does not tell of new files in the export folder; it is listed all the time.';
  return new BonewatchError('INBOX_EVENTS_LOST', message);
}
