import { isBonewatchError } from '../../contract/errors.ts';
import type { Store } from '../../store/open-store.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface StoreLockMonitorDeps {
  readonly store: Pick<Store, 'isWriteLocked'>;
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  /** The program that holds the lock; null if the system does not show it. */
  readonly findHolder: () => Promise<string | null>;
}

export interface StoreLockMonitor extends Disposable {
  /** Calls back when a lock that raised the alarm is released. */
  onReleased(listener: () => void): void;
}

const POLL_MS = 500;
/** The service's own threads and commands hold the lock for less. */
const LOCKED_AFTER_MS = 1500;

/** Raises STORE_LOCKED, with the program that holds the database, while another program prevents writes. */
export function monitorStoreLock({ store, alarms, findHolder }: StoreLockMonitorDeps): StoreLockMonitor {
  const listeners = new Set<() => void>();
  let lockedSinceMs: number | null = null;
  let isRaised = false;

  async function poll(): Promise<void> {
    const nowMs = performance.now();
    if (isLocked(store)) {
      lockedSinceMs ??= nowMs;
      if (nowMs - lockedSinceMs < LOCKED_AFTER_MS) return;
      const holder = await findHolder();
      if (!isLocked(store)) return;
      isRaised = true;
      alarms.raise('STORE_LOCKED', holder ?? 'another program');
      return;
    }
    lockedSinceMs = null;
    alarms.clear('STORE_LOCKED');
    if (!isRaised) return;
    isRaised = false;
    for (const listener of listeners) listener();
  }

  const timer = setInterval(() => void poll(), POLL_MS);
  return {
    onReleased: (listener) => void listeners.add(listener),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** A database that fails in another way raises its own alarm. */
function isLocked(store: Pick<Store, 'isWriteLocked'>): boolean {
  try {
    return store.isWriteLocked();
  } catch (error) {
    if (!isBonewatchError(error, 'STORE_FAILED')) throw error;
    return false;
  }
}
