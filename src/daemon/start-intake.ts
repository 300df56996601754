import type { Clock } from '../contract/clock.ts';
import { ulid } from 'ulid';
import { concludeImage } from './conclude-image.ts';
import type { Config } from '../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../contract/errors.ts';
import { diskLimits } from '../health/disk-guard.ts';
import { startStoreMaintenance } from './store-maintenance.ts';
import type { LiveParts } from './live-parts.ts';
import type { Logger } from '../contract/logger.ts';
import type { Analysis } from '../analysis/open-analysis.ts';
import type { OpenRecord } from './open-record.ts';
import type { Reporting } from './open-reporting.ts';
import { startPipeline, type Pipeline } from './pipeline.ts';
import type { AlertOrigin } from '../publish/messages/alert-messages.ts';
import type { Store } from '../store/open-store.ts';
import type { ReportTrouble } from './alarms/trouble-reporter.ts';
import type { WatcherLedger } from '../watcher/watcher-ledger.ts';
import { monitorDisk, type DiskMonitor } from './alarms/monitor-disk.ts';
import { watchInboxes, type InboxWatcher } from '../watcher/watch-inboxes.ts';

export interface IntakeDeps {
  readonly config: Config;
  readonly store: Store;
  readonly live: LiveParts;
  readonly analysis: Analysis;
  readonly reporting: Reporting;
  readonly record: OpenRecord;
  readonly origin: AlertOrigin;
  readonly clock: Clock;
  readonly tell: ReportTrouble;
  /** Says that the outbox has new rows. */
  readonly sendOutbox: () => void;
  readonly log: Logger;
}

/** From the inbox to the outbox. */
export interface Intake extends AsyncDisposable {
  /** Rejects when a bug ended the pipeline. */
  readonly broken: Promise<never>;
}

const HOUSEKEEPING_MS = 1000;
const OUTBOX_KEPT_MS = 24 * 60 * 60_000;

/** Starts work; resolves when every inbox was looked through once. */
export async function startIntake(parts: IntakeDeps, signal: AbortSignal): Promise<Intake> {
  const { config, store, live, log, record, reporting, clock, tell } = parts;
  const { alarms } = reporting;
  await using opened = new AsyncDisposableStack();
  const interrupted = store.ledger.resetInterrupted();
  if (interrupted > 0) log.info({ interrupted }, 'images taken up again that a stop had interrupted');
  const keeping = opened.use(
    startStoreMaintenance({ config, record, alarms, clock, tell, log: log.child({ stage: 'store' }) }),
  );
  const disk = opened.use(
    await monitorDisk({
      limits: diskLimits(config.store.disk),
      read: () => reporting.disk.read(),
      alarms,
      onLow() {
        void live.pictures?.makeRoom();
        keeping.makeRoom();
      },
      onFull(isFull) {
        live.isPaused = isFull;
        // What was exported meanwhile is found by a comparison.
        if (!isFull) void live.watcher?.rescan();
      },
    }),
  );
  live.isPaused = disk.isFull();
  const pipeline = opened.use(openPipeline(parts, disk));
  live.pipeline = pipeline;
  const watcher = opened.use(openWatcher(parts, { pipeline, disk }, signal));
  live.watcher = watcher;
  await watcher.firstScan;
  live.hasScanned = true;
  opened.adopt(
    setInterval(() => keepHouse(parts, pipeline), HOUSEKEEPING_MS),
    (timer) => clearInterval(timer),
  );
  const kept = opened.move();
  return { broken: pipeline.broken, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function openPipeline(parts: IntakeDeps, disk: DiskMonitor): Pipeline {
  const { store, config, origin, clock, analysis, reporting, tell } = parts;
  const conclude = { store, config, origin, clock, newId: () => ulid() };
  return startPipeline({
    claim: () => (disk.isFull() ? undefined : store.ledger.claimNext(1)[0]),
    markInferring: (id) => store.ledger.advance(id, 'inferring'),
    analyzer: analysis.analyzer,
    conclude(file, analyzed, retryAt) {
      concludeImage(conclude, file, { analyzed, retryAt });
      parts.sendOutbox();
      reporting.countImage(analyzed.result);
      if (analyzed.quick && file.sha256 !== null) parts.live.pictures?.keepQuick(file.sha256, analyzed.quick);
    },
    onStore: (error) => tell('pipeline', error),
    clock,
    log: parts.log.child({ stage: 'pipeline' }),
  });
}

function openWatcher(
  parts: IntakeDeps,
  { pipeline, disk }: { pipeline: Pipeline; disk: DiskMonitor },
  signal: AbortSignal,
): InboxWatcher {
  const { config, store, analysis, clock, record, tell } = parts;
  return watchInboxes(config.inboxes, {
    ledger: pausable(store.ledger, disk),
    inspect: (path) => analysis.decoder.inspect(path),
    clock,
    log: parts.log.child({ stage: 'watcher' }),
    onReady: () => pipeline.wake(),
    onTrouble: tell,
    firstStartAt: record.firstStartAt,
    signal,
  });
}

/** A ledger that takes no new files while the disk is full: they wait in the inbox. */
function pausable(ledger: Store['ledger'], disk: DiskMonitor): WatcherLedger {
  const requireSpace = (): void => {
    if (disk.isFull()) throw new BonewatchError('DISK_FULL', 'The disk of the database is full.');
  };
  return {
    ...ledger,
    discover(inbox, files, at) {
      requireSpace();
      return ledger.discover(inbox, files, at);
    },
    passOver(inbox, files, at) {
      requireSpace();
      ledger.passOver(inbox, files, at);
    },
  };
}

function keepHouse(parts: IntakeDeps, pipeline: Pipeline): void {
  const { store, clock, reporting, sendOutbox, tell } = parts;
  try {
    store.outbox.pruneDelivered(clock.now() - OUTBOX_KEPT_MS);
    // `bonewatch alerts ack` writes from a process of its own.
    if (store.wasChangedElsewhere()) sendOutbox();
    tell('housekeeping', null);
  } catch (error) {
    if (!isBonewatchError(error, 'STORE_FAILED')) throw error;
    tell('housekeeping', error);
  }
  reporting.reportProvider();
  // Failed images whose time to try again has come.
  pipeline.wake();
}
