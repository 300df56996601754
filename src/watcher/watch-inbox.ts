import type { InboxConfig } from '../config/schema.ts';
import type { Clock } from '../contract/clock.ts';
import { isBonewatchError, type BonewatchError, isStoreFailure } from '../contract/errors.ts';
import { createArrivalRecorder, type ArrivalRecorder } from './arrival-recorder.ts';
import type { CompletenessTracker } from './completeness/completeness-tracker.ts';
import { createConnection, type FolderConnection } from './events/connect-folder.ts';
import { createEventCollector, type EventCollector } from './events/event-collector.ts';
import { createEventMonitor, type EventMonitor } from './events/event-monitor.ts';
import { watchFolder, type FolderListeners } from './events/watch-folder.ts';
import { createWatchProbe, type WatchProbe } from './events/watch-probe.ts';
import { createInboxTrouble, eventsLost, partlyUnreachable, toUnreachable } from './inbox-trouble.ts';
import type { InboxTrouble } from './inbox-trouble.ts';
import { systemErrorCode } from './inspect-path.ts';
import { createHangGuard } from './scan/hang-guard.ts';
import { scanInbox, type ScanResult, type ScanSummary } from './scan/scan-inbox.ts';
import { createScanLoop, type ScanLoop } from './scan/scan-loop.ts';
import { walkFolder } from './scan/walk-folder.ts';
import type { WatcherLedger } from './watcher-ledger.ts';

export interface WatcherLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Access to a folder; tests replace it with one without events or one that hangs. */
export interface FolderAccess {
  readonly watch: typeof watchFolder;
  readonly walk: typeof walkFolder;
  /** A folder that does not answer for this long is unreachable. */
  readonly timeoutMs: number;
  /** An event that has not arrived after this long is missing. */
  readonly eventTimeoutMs: number;
  /** An unreliable watch is reopened after this long. */
  readonly reopenMs: number;
}

export interface InboxDeps {
  readonly ledger: WatcherLedger;
  readonly tracker: CompletenessTracker;
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
  /** How changes are noticed between scans; null while the folder cannot be reached. */
  readonly mode: 'events' | 'poll' | null;
  readonly trouble: BonewatchError | null;
  readonly lastScan: ScanSummary | null;
  /** When the last scan, successful or not, ended, on the scale of `performance.now()`; null before. */
  readonly lastTriedMs: number | null;
}

export interface WatchedInbox extends AsyncDisposable {
  /** Resolves after the first scan, successful or not. */
  readonly firstScan: Promise<void>;
  /** Scans now; resolves when a scan that began after the call has ended. */
  rescan(): Promise<void>;
  state(): InboxState;
  /** A write for a file of this inbox failed; cleared by the next complete scan. */
  storeFailed(error: BonewatchError): void;
}

const UNREACHABLE_RETRY_MS = 2000;
const MIN_POLL_MS = 1000;
/** At most a fifth of the time is spent on listing a polled folder. */
const POLL_REST = 4;
const FOLDER_ACCESS: FolderAccess = {
  watch: watchFolder,
  walk: walkFolder,
  timeoutMs: 30_000,
  // Events arrive within milliseconds; a loaded machine takes longer.
  eventTimeoutMs: 5000,
  reopenMs: 10_000,
};

/** Watches one inbox until the signal is aborted, through removal, unmounting, hanging and lost events. */
export function watchInbox(inbox: InboxConfig, deps: InboxDeps): WatchedInbox {
  const { path } = inbox;
  const folder = { ...FOLDER_ACCESS, ...deps.folder };
  const parts = createParts(inbox, deps, folder);
  const { loop, trouble, connection, events } = parts;
  const hangGuard = createHangGuard(folder.timeoutMs);
  const scanDeps = { ...deps, ...parts, inbox: path, hangGuard, walk: folder.walk };
  let lastScan: ScanSummary | null = null;
  let lastTriedMs: number | null = null;

  async function scan(): Promise<void> {
    try {
      const result = await scanInbox(scanDeps, lastScan);
      if (result === null) return;
      lastScan = { finishedAt: result.finishedAt, files: result.files, tookMs: result.tookMs };
      handleScanned(parts, result);
    } catch (error) {
      await handleFailedScan(parts, error);
    } finally {
      lastTriedMs = performance.now();
    }
  }

  async function run(): Promise<void> {
    await loop.run({ scan, pauseMs: () => pauseMsOf(parts, inbox, lastScan) });
    await events.idle();
    await connection.disconnect();
  }

  const finished = run();
  deps.log.info({ inbox: path, mode: inbox.mode }, 'watching inbox');
  return {
    firstScan: loop.firstScan,
    rescan: loop.rescan,
    state: () => ({ path, mode: connection.mode(), trouble: trouble.current(), lastScan, lastTriedMs }),
    storeFailed: trouble.set,
    [Symbol.asyncDispose]: () => finished,
  };
}

interface InboxParts {
  readonly loop: ScanLoop;
  readonly trouble: InboxTrouble;
  readonly recorder: ArrivalRecorder;
  readonly connection: FolderConnection;
  readonly events: EventMonitor;
}

function createParts(inbox: InboxConfig, deps: InboxDeps, folder: FolderAccess): InboxParts {
  const { path } = inbox;
  const loop = createScanLoop(deps.signal);
  const trouble = createInboxTrouble(path, deps.onTrouble);
  const probe = createWatchProbe(path, {
    hasCanary: inbox.canary === 'auto',
    eventTimeoutMs: folder.eventTimeoutMs,
  });
  const recorder = createArrivalRecorder(inbox, deps);
  const collector = createEventCollector(path, {
    ...deps,
    recorder,
    onStoreFailed: trouble.set,
    onStorm: loop.request,
  });
  const connection = createConnection(inbox, {
    watch: folder.watch,
    reopenMs: folder.reopenMs,
    onListedLate: loop.request,
    signal: deps.signal,
    listeners: createListeners({
      probe,
      collector,
      onRemoved() {
        connection.invalidate();
        loop.request();
      },
      onBroken: (error) => events.loseEvents(systemErrorCode(error)),
    }),
  });
  const events = createEventMonitor(path, { ...deps, probe, connection, trouble, requestScan: loop.request });
  return { loop, trouble, recorder, connection, events };
}

interface ListenersDeps extends Pick<FolderListeners, 'onRemoved' | 'onBroken'> {
  readonly probe: WatchProbe;
  readonly collector: EventCollector;
}

/** Passes every event to the probe, which checks that events arrive, and to the collector. */
function createListeners({ probe, collector, onRemoved, onBroken }: ListenersDeps): FolderListeners {
  return {
    onFile(file) {
      probe.onEvent(file);
      collector.onFile(file);
    },
    onFolder(name) {
      probe.onFolderEvent(name);
      collector.onFolder(name);
    },
    onRemoved,
    onBroken,
  };
}

function handleScanned({ trouble, connection, events }: InboxParts, result: ScanResult): void {
  if (result.unreadable > 0) trouble.set(partlyUnreachable(result.unreadable));
  else trouble.set(events.areEventsLost() ? eventsLost() : null);
  if (connection.mode() === 'events') events.check(result.unreported);
}

async function handleFailedScan({ trouble, connection, events }: InboxParts, error: unknown): Promise<void> {
  if (isStoreFailure(error) || isBonewatchError(error, 'DISK_FULL')) {
    trouble.set(error);
    return;
  }
  events.reset();
  await connection.disconnect();
  trouble.set(toUnreachable(error));
}

function pauseMsOf(
  { connection, events }: InboxParts,
  { rescanSeconds }: InboxConfig,
  lastScan: ScanSummary | null,
): number {
  const rescanMs = rescanSeconds * 1000;
  if (connection.mode() === null) return Math.min(UNREACHABLE_RETRY_MS, rescanMs);
  const isWatched = connection.mode() === 'events' && connection.isTrusted() && !events.areEventsLost();
  if (isWatched) return rescanMs;
  const restMs = Math.max(MIN_POLL_MS, (lastScan?.tookMs ?? 0) * POLL_REST);
  return Math.min(restMs, Math.max(rescanMs, MIN_POLL_MS));
}
