import type { DiskLimits, DiskSpace } from '../../health/disk-guard.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface DiskMonitorDeps {
  readonly limits: DiskLimits;
  readonly read: () => Promise<DiskSpace>;
  readonly alarms: TechnicalAlarms;
  /** Space has become short. */
  readonly onLow: () => void;
  readonly onFull: (isFull: boolean) => void;
}

export interface DiskMonitor extends Disposable {
  isFull(): boolean;
}

const LOOK_MS = 1000;
/** What was short is over with a tenth more, so that an alarm does not flutter. */
const RELIEF = 1.1;

/** Looks at the free space every second: says when it gets low, and when no image can be taken in any more. */
export async function monitorDisk(options: DiskMonitorDeps): Promise<DiskMonitor> {
  const { limits, alarms } = options;
  let isLow = false;
  let isFull = false;

  async function look(): Promise<void> {
    const space = await options.read().catch(() => null);
    if (space === null) return;
    const wasLow = isLow;
    const wasFull = isFull;
    isLow = space.freeBytes < limits.lowBytes * (wasLow ? RELIEF : 1);
    isFull = space.freeBytes < limits.criticalBytes * (wasFull ? RELIEF : 1);
    alarms.set('DISK_LOW', isLow && !isFull ? 'store' : null);
    alarms.set('DISK_FULL', isFull ? 'store' : null);
    if (isLow && !wasLow) options.onLow();
    if (isFull !== wasFull) options.onFull(isFull);
  }

  await look();
  const timer = setInterval(() => void look(), LOOK_MS);
  return { isFull: () => isFull, [Symbol.dispose]: () => clearInterval(timer) };
}
