import { ulid } from 'ulid';
import { closeExpired } from './answer-displays.ts';
import { concludeImage, imageKey } from './conclude-image.ts';
import type { Config } from './config/schema.ts';
import type { LiveParts } from './live-parts.ts';
import type { Logger } from './log.ts';
import type { Analysis } from './open-analysis.ts';
import type { Reporting } from './open-reporting.ts';
import { startPipeline, type Pipeline } from './pipeline.ts';
import type { AlertOrigin } from './publish/alert-messages.ts';
import type { Store } from './store/open-store.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';
import { watchInboxes, type InboxWatcher } from './watcher/watch-inboxes.ts';

export interface IntakeParts {
  readonly config: Config;
  readonly store: Store;
  readonly live: LiveParts;
  readonly analysis: Analysis;
  readonly reporting: Reporting;
  readonly origin: AlertOrigin;
  readonly clock: { now(): number };
  /** Images on their way to the broker: outbox key → when their last byte was written. */
  readonly underWay: Map<string, number>;
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
export async function openIntake(parts: IntakeParts, signal: AbortSignal): Promise<Intake> {
  const { store, live, log } = parts;
  await using opened = new AsyncDisposableStack();
  const interrupted = store.ledger.resetInterrupted();
  if (interrupted > 0) log.info({ interrupted }, 'images taken up again that a stop had interrupted');
  const pipeline = opened.use(openPipeline(parts));
  live.pipeline = pipeline;
  const watcher = opened.use(openWatcher(parts, pipeline, signal));
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

function openPipeline(parts: IntakeParts): Pipeline {
  const { store, config, origin, clock, analysis, reporting } = parts;
  const conclude = { store, config, origin, clock, newId: () => ulid() };
  return startPipeline({
    claim: () => store.ledger.claimNext(1)[0],
    markInferring: (id) => store.ledger.advance(id, 'inferring'),
    analyzer: analysis.analyzer,
    conclude(file, analyzed, retryAt) {
      parts.underWay.set(imageKey(file.id), file.mtimeMs);
      concludeImage(conclude, file, { analyzed, retryAt });
      parts.sendOutbox();
      reporting.countImage(analyzed.result);
    },
    clock,
    log: parts.log.child({ stage: 'pipeline' }),
  });
}

function openWatcher(parts: IntakeParts, pipeline: Pipeline, signal: AbortSignal): InboxWatcher {
  const { config, store, analysis, clock, reporting } = parts;
  return watchInboxes(config.inboxes, {
    ledger: store.ledger,
    inspect: (path) => analysis.decoder.inspect(path),
    clock,
    log: parts.log.child({ stage: 'watcher' }),
    onReady: () => pipeline.wake(),
    onTrouble: troubleTeller(reporting.alarms),
    signal,
  });
}

/** One alarm per kind of trouble, naming every inbox that has it, until the last one is over it. */
function troubleTeller(
  alarms: TechnicalAlarms,
): (inbox: string, error: { readonly code: string } | null) => void {
  const troubles = new Map<string, 'INBOX_UNREACHABLE' | 'STORE_FAILED'>();
  return (inbox, error) => {
    if (error) troubles.set(inbox, error.code === 'STORE_FAILED' ? 'STORE_FAILED' : 'INBOX_UNREACHABLE');
    else troubles.delete(inbox);
    for (const code of ['INBOX_UNREACHABLE', 'STORE_FAILED'] as const) {
      const troubled = [...troubles].filter(([, trouble]) => trouble === code).map(([path]) => path);
      alarms.set(code, troubled.length === 0 ? null : troubled.toSorted().join(', '));
    }
  };
}

function keepHouse(
  { store, config, origin, clock, reporting, sendOutbox }: IntakeParts,
  pipeline: Pipeline,
): void {
  const closed = closeExpired({ store, origin, clock }, config.alerts.closedKeptMinutes);
  store.outbox.pruneDelivered(clock.now() - OUTBOX_KEPT_MS);
  // `bonewatch alerts ack` writes from a process of its own.
  if (closed > 0 || store.wasChangedElsewhere()) sendOutbox();
  reporting.tellProvider();
  // Failed images whose time to try again has come.
  pipeline.wake();
}
