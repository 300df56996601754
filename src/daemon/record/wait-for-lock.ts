import { setTimeout as delay } from 'node:timers/promises';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { notifySystemd } from '../../health/systemd/notify-systemd.ts';
import { findLockHolder } from '../../store/database/lock-holder.ts';

export interface LockWaitDeps {
  /** Path of the database. */
  readonly path: string;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}

const RETRY_MS = 500;
const LOG_AGAIN_MS = 60_000;
/** Longer than one try takes, so that systemd never ends a start that waits. */
const EXTENSION_MS = 60_000;

/**
 * Opens a database, as soon as no other program has locked it. The journal and `systemctl status` name that program:
 * a start that fails again and again would end at the start limit of systemd, and stay stopped after the lock is gone.
 */
export async function openOnceUnlocked<T>(open: () => Promise<T>, deps: LockWaitDeps): Promise<T> {
  const first = await tryToOpen(open);
  if (first !== null) return first.opened;
  const systemd = await notifySystemd({ isMoving: () => true });
  try {
    return await openWhenReleased(open, { ...deps, systemd });
  } finally {
    systemd[Symbol.dispose]();
  }
}

async function openWhenReleased<T>(
  open: () => Promise<T>,
  { path, log, systemd }: LockWaitDeps & { readonly systemd: Awaited<ReturnType<typeof notifySystemd>> },
): Promise<T> {
  let loggedMs: number | null = null;
  for (;;) {
    const holder = (await findLockHolder(path)) ?? 'another program';
    systemd.status(`Waiting: the database is locked by ${holder}`);
    systemd.extendStart(EXTENSION_MS);
    if (loggedMs === null || performance.now() - loggedMs > LOG_AGAIN_MS) {
      log.warn(
        { code: 'STORE_LOCKED', path, holder },
        'start waits: the database is locked by another program',
      );
      loggedMs = performance.now();
    }
    await delay(RETRY_MS);
    const next = await tryToOpen(open);
    if (next === null) continue;
    systemd.status('Starting');
    log.info('the database is no longer locked, start continues');
    return next.opened;
  }
}

/** Null if another program has locked the database. */
async function tryToOpen<T>(open: () => Promise<T>): Promise<{ readonly opened: T } | null> {
  try {
    return { opened: await open() };
  } catch (error) {
    if (isBonewatchError(error, 'STORE_LOCKED')) return null;
    throw error;
  }
}
