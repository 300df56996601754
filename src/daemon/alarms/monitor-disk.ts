import type { DiskLimits, DiskSpace } from '../../health/disk-guard.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface DiskMonitorDeps {
  readonly limits: DiskLimits;
  readonly read: () => Promise<DiskSpace>;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  /** Space has become short. */
  readonly onLow: () => void;
  readonly onFull: (isFull: boolean) => void;
}

export interface DiskMonitor extends Disposable {
  isFull(): boolean;
}

const POLL_MS = 1000;
/** An alarm is cleared with a tenth more space than raises it, so that it does not flutter. */
const RELIEF = 1.1;

/** Reads the free space every second: raises the alarm when it gets low, and when intake must pause. */
export async function monitorDisk(deps: DiskMonitorDeps): Promise<DiskMonitor> {
  const { limits, alarms } = deps;
  let isLow = false;
  let isFull = false;

  async function poll(): Promise<void> {
    const space = await deps.read().catch(() => null);
    if (space === null) return;
    const wasLow = isLow;
    const wasFull = isFull;
    isLow = space.freeBytes < limits.lowBytes * (wasLow ? RELIEF : 1);
    isFull = space.freeBytes < limits.criticalBytes * (wasFull ? RELIEF : 1);
    if (isLow && !isFull) alarms.raise('DISK_LOW', 'store');
    else alarms.clear('DISK_LOW');
    if (isFull) alarms.raise('DISK_FULL', 'store');
    else alarms.clear('DISK_FULL');
    if (isLow && !wasLow) deps.onLow();
    if (isFull !== wasFull) deps.onFull(isFull);
  }

  await poll();
  const timer = setInterval(() => void poll(), POLL_MS);
  return { isFull: () => isFull, [Symbol.dispose]: () => clearInterval(timer) };
}
