import type { DiskLimits, DiskSpace } from '../../health/disk-guard.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface DiskMonitorDeps {
  readonly limits: DiskLimits;
  readonly read: () => Promise<DiskSpace>;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  /** Time between two readings; one second by default. */
  readonly pollMs?: number;
}

export interface DiskState {
  /** Null while it cannot be read. */
  readonly space: DiskSpace | null;
  readonly isLow: boolean;
  /** Intake pauses. */
  readonly isFull: boolean;
}

export interface DiskMonitor extends Disposable {
  readonly state: () => DiskState;
  /** Calls back with the present state, and whenever it becomes or is no longer low or full. */
  onChange(listener: (state: DiskState) => void): void;
}

const DEFAULT_POLL_MS = 1000;
/** An alarm is cleared with a tenth more space than raises it, so that it does not toggle. */
const RELIEF = 1.1;

/** Polls the free space: raises an alarm when it is low, and when intake must pause. */
export async function monitorDisk({
  limits,
  read,
  alarms,
  pollMs = DEFAULT_POLL_MS,
}: DiskMonitorDeps): Promise<DiskMonitor> {
  const listeners = new Set<(state: DiskState) => void>();
  let state: DiskState = { space: null, isLow: false, isFull: false };

  async function poll(): Promise<void> {
    const space = await read().catch(() => null);
    const before = state;
    state = space === null ? { ...before, space } : nextState(space, before, limits);
    if (state.isLow && !state.isFull) alarms.raise('DISK_LOW', 'store');
    else alarms.clear('DISK_LOW');
    if (state.isFull) alarms.raise('DISK_FULL', 'store');
    else alarms.clear('DISK_FULL');
    if (state.isLow === before.isLow && state.isFull === before.isFull) return;
    for (const listener of listeners) listener(state);
  }

  await poll();
  const timer = setInterval(() => void poll(), pollMs);
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener);
      listener(state);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function nextState(space: DiskSpace, before: DiskState, limits: DiskLimits): DiskState {
  return {
    space,
    isLow: space.freeBytes < limits.lowBytes * (before.isLow ? RELIEF : 1),
    isFull: space.freeBytes < limits.criticalBytes * (before.isFull ? RELIEF : 1),
  };
}
