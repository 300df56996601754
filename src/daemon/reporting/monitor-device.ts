import { uptime } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Logger } from '../../contract/logger.ts';
import { readSynchronised } from '../../health/clock/read-synchronised.ts';
import { readStress } from '../../health/board/read-stress.ts';
import { findLockHolder } from '../../store/database/lock-holder.ts';
import { createDiskGuard, diskLimits } from '../../health/disk-guard.ts';
import { monitorBoard } from '../alarms/monitor-board.ts';
import { monitorClock, type ClockGuard, type ClockMonitor } from '../alarms/monitor-clock.ts';
import { monitorDisk, type DiskMonitor } from '../alarms/monitor-disk.ts';
import { alarmLog, createTechnicalAlarms, type TechnicalAlarms } from '../alarms/technical-alarms.ts';
import { monitorStoreLock, type StoreLockMonitor } from '../alarms/monitor-store-lock.ts';
import { monitorStoreFile } from '../alarms/monitor-store-file.ts';
import { raiseStoreNotices } from '../alarms/store-notices.ts';
import { createTroubleReporter, type ReportTrouble } from '../alarms/trouble-reporter.ts';
import type { OpenRecord } from '../record/open-record.ts';
import { startStoreMaintenance } from '../store-maintenance.ts';

export interface DeviceMonitorDeps {
  readonly config: Config;
  readonly record: OpenRecord;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The device itself: its technical alarms, and its board, disk and database, which raise them. */
export interface DeviceMonitor extends AsyncDisposable {
  readonly alarms: TechnicalAlarms;
  readonly reportTrouble: ReportTrouble;
  readonly disk: DiskMonitor;
  readonly clockGuard: ClockGuard;
  readonly storeLock: StoreLockMonitor;
}

const POLL_BOARD_MS = 5000;

/** Starts monitoring board, disk and database, before anything depends on them. */
export async function monitorDevice(deps: DeviceMonitorDeps): Promise<DeviceMonitor> {
  const { config, record, clock, log } = deps;
  await using opening = new AsyncDisposableStack();
  const alarms = createTechnicalAlarms({
    site: config.site.id,
    device: config.device.id,
    clock,
    log: alarmLog(log),
  });
  const reportTrouble = createTroubleReporter({ alarms, endIfDamaged: record.endIfDamaged, log });
  opening.use(startBoardMonitor(config, alarms));
  const storeLock = monitorStore(opening, { config, record, alarms, log });
  const clockGuard = opening.use(startClockMonitor({ record, clock, alarms, log }));
  const limits = diskLimits(config.store.disk);
  const { read } = createDiskGuard(dirname(config.store.path), limits);
  const disk = opening.use(await monitorDisk({ limits, read, alarms }));
  const parts = { config, record, alarms, disk, clock, clockGuard, reportTrouble };
  opening.use(startStoreMaintenance({ ...parts, log: log.child({ stage: 'store' }) }));
  const opened = opening.move();
  return {
    alarms,
    reportTrouble,
    disk,
    clockGuard,
    storeLock,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function startBoardMonitor({ health }: Pick<Config, 'health'>, alarms: TechnicalAlarms): Disposable {
  return monitorBoard({
    limits: health.board,
    read: readStress,
    alarms,
    pollMs: POLL_BOARD_MS,
    elapsed: () => performance.now(),
  });
}

function startClockMonitor({
  record,
  clock,
  alarms,
  log,
}: Pick<DeviceMonitorDeps, 'record' | 'clock' | 'log'> & { readonly alarms: TechnicalAlarms }): ClockMonitor {
  return monitorClock({
    clock,
    // Also counts while the machine sleeps.
    elapsed: () => uptime() * 1000,
    milestones: record.store.milestones,
    readSynchronised,
    alarms,
    log,
  });
}

/** Monitors the file of the database and its lock. */
function monitorStore(
  opening: AsyncDisposableStack,
  { config, record, alarms, log }: Omit<DeviceMonitorDeps, 'clock'> & Pick<DeviceMonitor, 'alarms'>,
): StoreLockMonitor {
  const { path } = config.store;
  const { store } = record;
  const onWrittenBack = (): void => raiseStoreNotices(config.store, alarms);
  opening.use(monitorStoreFile({ path, record, alarms, onWrittenBack, log }));
  return opening.use(monitorStoreLock({ store, alarms, findHolder: () => findLockHolder(path) }));
}
