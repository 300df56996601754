import type { InboxTrouble } from '../inbox-trouble.ts';
import type { FolderConnection } from './connect-folder.ts';
import type { WatchProbe } from './watch-probe.ts';

interface EventMonitorDeps {
  readonly probe: WatchProbe;
  readonly connection: FolderConnection;
  readonly trouble: InboxTrouble;
  readonly requestScan: () => void;
  readonly log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
  };
  readonly signal: AbortSignal;
}

/** Monitors whether the events of one inbox are reliable. */
export interface EventMonitor {
  /** Whether events were lost and have not been seen since. */
  areEventsLost(): boolean;
  /** Marks the events as unreliable: the folder is polled and its watch reopened. */
  loseEvents(cause: string | null): void;
  /** The inbox is unreachable, so the state of its events is unknown. */
  reset(): void;
  /** Checks in the background, after a scan, whether events arrive. `unreported`: files that only the scan found. */
  check(unreported: readonly string[]): void;
  /** Resolves when no check is running. */
  idle(): Promise<void>;
}

/** Losses that follow sooner are one loss. */
const MIN_BETWEEN_LOSSES_MS = 10_000;

export function createEventMonitor(inbox: string, deps: EventMonitorDeps): EventMonitor {
  const { probe, connection, trouble, log, signal } = deps;
  let areEventsLost = false;
  let checking: Promise<void> | null = null;
  let lostAtMs = -Infinity;

  function loseEvents(cause: string | null): void {
    if (!connection.isTrusted()) return;
    connection.distrust();
    areEventsLost = true;
    // A watch that fails as soon as it is reopened, such as one without a free file descriptor, waits for the next scan.
    const isRepeated = performance.now() - lostAtMs < MIN_BETWEEN_LOSSES_MS;
    lostAtMs = performance.now();
    if (isRepeated) return;
    log.warn({ inbox, cause }, 'file events lost, folder is polled meanwhile');
    deps.requestScan();
  }

  async function runCheck(unreported: readonly string[]): Promise<void> {
    const verdict = await probe.checkEvents(unreported, signal);
    if (signal.aborted || connection.mode() !== 'events') return;
    if (verdict === 'silent') loseEvents(null);
    if (verdict !== 'flowing' || !areEventsLost || !connection.isTrusted()) return;
    areEventsLost = false;
    log.info({ inbox }, 'file events resumed');
    if (trouble.current()?.code === 'INBOX_EVENTS_LOST') trouble.set(null);
  }

  return {
    areEventsLost: () => areEventsLost,
    loseEvents,
    reset() {
      areEventsLost = false;
    },
    check(unreported) {
      checking ??= runCheck(unreported).finally(() => {
        checking = null;
      });
    },
    async idle() {
      await checking;
    },
  };
}
