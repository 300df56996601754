import { openNotifySocket } from './notify-socket.ts';
import type { NotifySocket } from './notify-socket.ts';

export interface SystemdOptions {
  /** Whether the pipeline makes progress; if not, systemd gets no watchdog message and restarts us. */
  readonly isMoving: () => boolean;
  /** Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called once per outage when systemd does not accept a message. */
  readonly onUndelivered?: (message: string) => void;
}

export interface Systemd extends Disposable {
  /** False outside systemd, where every call does nothing. */
  readonly isManaged: boolean;
  /** Half of WatchdogSec, or null without a watchdog. */
  readonly watchdogIntervalMs: number | null;
  /** The service is up: after warm-up and the first scan. */
  ready(status: string): void;
  /** One line for `systemctl status`. No patient data. */
  status(text: string): void;
  /** The start continues: systemd waits at least this much longer, regardless of TimeoutStartSec. */
  extendStart(ms: number): void;
  /** The service is stopping. */
  stopping(status: string): void;
}

/**
 * Notifies systemd by sd_notify(3): READY, STATUS, STOPPING, and WATCHDOG at half of WatchdogSec as long as
 * `isMoving()`. A timer of the main thread sends it, so a blocked event loop stops it too.
 *
 * @throws BonewatchError SYSTEMD_UNREACHABLE if NOTIFY_SOCKET is set but unusable: a Type=notify service that
 *   cannot send READY would be killed minutes later without a reason.
 */
export async function notifySystemd(options: SystemdOptions): Promise<Systemd> {
  const env = options.env ?? process.env;
  const path = env['NOTIFY_SOCKET'];
  const socket = path ? await openNotifySocket(path) : null;
  const watchdogIntervalMs = socket === null ? null : watchdogInterval(env);
  const send = createSender(socket, options.onUndelivered);

  const watchdog =
    watchdogIntervalMs === null
      ? null
      : setInterval(() => {
          if (options.isMoving()) send('WATCHDOG=1', { wait: false });
        }, watchdogIntervalMs).unref();

  return {
    isManaged: socket !== null,
    watchdogIntervalMs,
    ready: (status) => send(`READY=1\nSTATUS=${oneLine(status)}`, { wait: true }),
    status: (text) => send(`STATUS=${oneLine(text)}`, { wait: false }),
    extendStart: (ms) => send(`EXTEND_TIMEOUT_USEC=${Math.round(ms * 1000)}`, { wait: false }),
    stopping: (status) => send(`STOPPING=1\nSTATUS=${oneLine(status)}`, { wait: true }),
    [Symbol.dispose]() {
      if (watchdog !== null) clearInterval(watchdog);
      socket?.[Symbol.dispose]();
    },
  };
}

/** WATCHDOG_USEC / 2 in milliseconds; null if it is not set, not a number, or meant for another process. */
function watchdogInterval(env: NodeJS.ProcessEnv): number | null {
  const microseconds = Number(env['WATCHDOG_USEC']);
  const isOurs = !env['WATCHDOG_PID'] || Number(env['WATCHDOG_PID']) === process.pid;
  return isOurs && microseconds > 0 ? Math.max(1, Math.floor(microseconds / 2_000)) : null;
}

/** A newline would start another assignment. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500);
}

function createSender(
  socket: NotifySocket | null,
  onUndelivered: ((message: string) => void) | undefined,
): (message: string, options: { readonly wait: boolean }) => void {
  let wasDelivered = true;
  return function send(message, { wait }) {
    if (socket === null) return;
    const isDelivered = socket.send(message, { wait });
    if (!isDelivered && wasDelivered) onUndelivered?.(message);
    wasDelivered = isDelivered;
  };
}
