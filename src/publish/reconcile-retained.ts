import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Alert } from '../alerts/alert.ts';
import { wardTopics } from '../topics.ts';
import { retainedAlert, type AlertOrigin, type PublishedAlert } from './alert-messages.ts';
import type { Broker } from './connect-broker.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { readRetainedAlert } from './read-retained-alert.ts';

const QUIET_MS = 300;
const DEADLINE_MS = 10_000;

/** What reconciling needs of the store. */
interface AlertRecord {
  /** Every alert that is not closed. */
  open(): readonly Alert[];
  find(id: string): Alert | null;
}

interface RetainedRepairs {
  readonly messages: readonly OutgoingMessage[];
  /** Unacknowledged alerts of this device that the store does not know: a new database, an old backup. */
  readonly unknown: readonly PublishedAlert[];
}

export interface ReconcileOptions {
  readonly origin: AlertOrigin;
  readonly broker: Pick<Broker, 'status' | 'subscribe'>;
  readonly alerts: AlertRecord;
  /** Puts repairs into the outbox, behind what already waits there for the same alert. */
  enqueue(messages: readonly OutgoingMessage[]): void;
  /** Takes an alert back into the store that only the broker remembers; somebody still has to see it. */
  adopt(alert: PublishedAlert): void;
  readonly log: Logger;
}

/**
 * Compares the alerts that the broker keeps with the store and repairs the broker: missing and stale ones are
 * published again, closed ones cleared. Alerts of other devices are left alone. An unacknowledged alert that the
 * store has lost is adopted, never cleared. Call it on each connection; best when the outbox is empty.
 * Does nothing if the connection is lost or the signal aborted meanwhile.
 * @throws BROKER_REFUSED if the broker does not let us read
 */
export async function reconcileRetained(options: ReconcileOptions, signal: AbortSignal): Promise<void> {
  const { origin, broker, alerts, log } = options;
  const retained = await readRetained(broker, wardTopics(origin.site, '+').allAlerts, signal);
  if (signal.aborted || broker.status?.state !== 'connected') return;
  const { messages, unknown } = retainedRepairs(origin, retained, alerts);
  if (messages.length > 0) log.info({ count: messages.length }, 'retained alerts repaired');
  options.enqueue(messages);
  for (const alert of unknown) {
    log.warn({ alert: alert.id }, 'alert adopted that only the broker remembered');
    options.adopt(alert);
  }
}

/** What must be published so that the retained alerts of this device equal the store. */
function retainedRepairs(
  origin: AlertOrigin,
  retained: ReadonlyMap<string, Uint8Array>,
  alerts: AlertRecord,
): RetainedRepairs {
  const messages: OutgoingMessage[] = [];
  const unknown: PublishedAlert[] = [];
  const wanted = new Map(alerts.open().map((alert) => [retainedAlert(origin, alert).topic, alert]));

  for (const [topic, alert] of wanted) {
    const kept = retained.get(topic);
    const isSame = kept !== undefined && readRetainedAlert(kept)?.rev === alert.rev;
    if (!isSame) messages.push(retainedAlert(origin, alert));
  }
  for (const [topic, payload] of retained) {
    const kept = readRetainedAlert(payload);
    if (wanted.has(topic) || kept?.device !== origin.device) continue;
    const isUnseen = kept.state === 'open' || kept.state === 'escalated';
    if (isUnseen && alerts.find(kept.id) === null) unknown.push(kept);
    else messages.push({ topic, payload: '', qos: 1, retain: true, orderKey: kept.id });
  }
  return { messages, unknown };
}

/** The retained messages under a filter: those that arrive until none has for 300 ms after the broker's SUBACK. */
async function readRetained(
  broker: Pick<Broker, 'subscribe'>,
  filter: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const retained = new Map<string, Uint8Array>();
  const reading = new AbortController();
  const ended = AbortSignal.any([signal, reading.signal, AbortSignal.timeout(DEADLINE_MS)]);
  let lastAtMs = 0;
  const subscription = broker.subscribe(filter, ({ topic, payload, isRetained }) => {
    if (!isRetained) return;
    retained.set(topic, payload);
    lastAtMs = performance.now();
  });

  async function pause(ms: number) {
    await delay(ms, undefined, { signal: ended }).catch(() => undefined);
  }

  try {
    await Promise.race([subscription.granted, pause(DEADLINE_MS)]);
    lastAtMs = performance.now();
    while (!ended.aborted && performance.now() - lastAtMs < QUIET_MS)
      await pause(Math.ceil(QUIET_MS - (performance.now() - lastAtMs)));
  } finally {
    reading.abort();
    subscription.close();
  }
  return retained;
}
