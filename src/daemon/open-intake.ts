import type { Decoder } from '../analysis/open-decoder.ts';
import { normalisePath } from '../config/paths.ts';
import type { Config, InboxConfig } from '../config/schema.ts';
import type { Clock } from '../contract/clock.ts';
import { BonewatchError } from '../contract/errors.ts';
import type { Logger } from '../contract/logger.ts';
import type { Store } from '../store/open-store.ts';
import { watchInboxes, type InboxWatcher } from '../watcher/watch-inboxes.ts';
import type { WatcherLedger } from '../watcher/watcher-ledger.ts';
import type { DiskMonitor } from './alarms/monitor-disk.ts';
import type { StoreLockMonitor } from './alarms/monitor-store-lock.ts';
import type { ReportTrouble } from './alarms/trouble-reporter.ts';
import type { OpenRecord } from './record/open-record.ts';
import type { Pipeline } from './pipeline.ts';

export interface IntakeDeps {
  readonly config: Pick<Config, 'inboxes'>;
  readonly record: Pick<OpenRecord, 'store' | 'firstStartAt'>;
  readonly decoder: Pick<Decoder, 'inspect'>;
  readonly disk: DiskMonitor;
  readonly storeLock: Pick<StoreLockMonitor, 'onReleased'>;
  readonly pipeline: Pipeline;
  readonly reportTrouble: ReportTrouble;
  readonly clock: Clock;
  readonly log: Logger;
}

/** From the inboxes into the ledger; the pipeline takes the images from there. */
export interface Intake extends AsyncDisposable {
  readonly watcher: InboxWatcher;
  readonly pipeline: Pipeline;
  /** Every inbox was compared with the ledger since the start, or found unreachable. */
  readonly hasScanned: () => boolean;
}

/** Starts watching the inboxes; does not wait for the first scan. Needs no model: images wait in the ledger. */
export function openIntake(deps: IntakeDeps, signal: AbortSignal): Intake {
  const { config, record, decoder, disk, storeLock, pipeline, reportTrouble, clock, log } = deps;
  const { ledger } = record.store;
  uniteInboxes(ledger, config.inboxes, log);
  const interrupted = ledger.resetInterrupted();
  if (interrupted > 0) log.info({ interrupted }, 'interrupted images are analysed again');
  const watcher = watchInboxes(config.inboxes, {
    ledger: pausedWhileFull(ledger, disk),
    inspect: decoder.inspect,
    clock,
    log: log.child({ stage: 'watcher' }),
    onReady: pipeline.wake,
    onTrouble: reportTrouble,
    firstStartAt: record.firstStartAt,
    signal,
  });
  resumeAfterFull({ disk, watcher, log });
  // Files that were exported while the database was locked are found by a scan.
  storeLock.onReleased(() => void watcher.rescan());
  let hasScanned = false;
  void watcher.firstScan.then(() => (hasScanned = true));
  return {
    watcher,
    pipeline,
    hasScanned: () => hasScanned,
    [Symbol.asyncDispose]: () => watcher[Symbol.asyncDispose](),
  };
}

/** Rows of a folder that was written differently before, such as with a slash at the end, belong to the same folder. */
function uniteInboxes(
  ledger: Pick<Store['ledger'], 'inboxes' | 'renameInbox'>,
  inboxes: readonly InboxConfig[],
  log: Logger,
): void {
  for (const before of ledger.inboxes()) {
    const inbox = normalisePath(before);
    if (inbox === before || !inboxes.some(({ path }) => path === inbox)) continue;
    ledger.renameInbox(before, inbox);
    log.info({ before, inbox }, 'rows of the inbox renamed');
  }
}

/** A ledger that accepts no new files while the disk is full: they wait in the inbox. */
function pausedWhileFull(ledger: Store['ledger'], disk: DiskMonitor): WatcherLedger {
  const requireSpace = (): void => {
    if (disk.state().isFull) throw new BonewatchError('DISK_FULL', 'The disk of the database is full.');
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

/** Files that were exported while the disk was full are found by a scan. */
function resumeAfterFull({
  disk,
  watcher,
  log,
}: Pick<IntakeDeps, 'disk' | 'log'> & { readonly watcher: InboxWatcher }): void {
  let wasFull = false;
  disk.onChange(({ isFull }) => {
    if (isFull === wasFull) return;
    wasFull = isFull;
    log.warn({ isFull }, isFull ? 'disk full, intake paused' : 'disk has space again, intake resumed');
    if (!isFull) void watcher.rescan();
  });
}
