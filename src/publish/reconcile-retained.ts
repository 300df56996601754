import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../contract/logger.ts';
import type { Alert } from '../contract/alert.ts';
import { buildTopic, parseTopic } from '../contract/topics.ts';
import { clearedAlert, retainedAlert, type AlertOrigin } from './messages/alert-messages.ts';
import type { Broker } from './broker/connect-broker.ts';
import type { OutboxMessage } from '../contract/outgoing-message.ts';
import { readRetainedAlert } from './read-retained-alert.ts';

const QUIET_MS = 300;
const DEADLINE_MS = 10_000;

/** What reconciling needs from the store. */
interface AlertRecord {
  /** Every alert that is on a ward. */
  shown(): readonly Alert[];
  find(id: string): Alert | null;
}

interface RetainedRepairs {
  readonly messages: readonly OutboxMessage[];
  /** Alerts that the store lacks, because it is from an old backup, or new. */
  readonly alertsToAdopt: readonly Alert[];
  /** Alerts of which the broker has a later revision, and so has received all earlier ones. */
  readonly outdatedIds: readonly string[];
}

export interface ReconcileOptions {
  readonly origin: AlertOrigin;
  readonly broker: Pick<Broker, 'status' | 'subscribe'>;
  readonly alerts: AlertRecord;
  /** Adds repairs to the outbox, after the rows of the same alert. */
  enqueue(messages: readonly OutboxMessage[]): void;
  /** The valid state of an alert that both have; the same object `stored` if the broker has nothing newer. */
  newestState(stored: Alert, retained: Alert): Alert;
  /** Removes the waiting rows of an alert: the broker has a newer revision. */
  removeWaiting(alertId: string): void;
  /** Stores and publishes an alert, or a revision, that only the broker has. */
  adopt(alert: Alert): void;
  readonly log: Logger;
}

/**
 * Compares the broker's retained alerts with the store and repairs the broker: missing and stale ones are
 * published again, closed ones cleared. Alerts of other devices are left alone. If the broker has more, because
 * the store is new or from an old backup, the store adopts it: an alert that has not been acknowledged yet, or a newer
 * revision; waiting rows of that alert are older and are removed. Call it on each connection, with no message of
 * an alert in flight. Does nothing if the connection is lost or the
 * signal aborted meanwhile.
 * @throws BROKER_FORBIDDEN, BROKER_REFUSED if the broker refuses the subscription
 */
export async function reconcileRetained(options: ReconcileOptions, signal: AbortSignal): Promise<void> {
  const { origin, broker, log } = options;
  const allAlerts = buildTopic({ kind: 'alert', site: origin.site, ward: '+', alertId: '+' });
  const retained = await readRetained(broker, allAlerts, signal);
  if (signal.aborted || broker.status?.state !== 'connected') return;
  const { messages, alertsToAdopt, outdatedIds } = retainedRepairs(retained, options);
  if (messages.length > 0) log.info({ count: messages.length }, 'retained alerts repaired');
  options.enqueue(messages);
  for (const id of outdatedIds) options.removeWaiting(id);
  for (const alert of alertsToAdopt) {
    log.warn({ alert: alert.id, rev: alert.rev }, 'alert adopted that only the broker remembered');
    options.adopt(alert);
  }
}

/** What must be published, and adopted, so that the retained alerts of this device equal the store. */
function retainedRepairs(
  retained: ReadonlyMap<string, Uint8Array>,
  { origin, alerts, newestState }: Pick<ReconcileOptions, 'origin' | 'alerts' | 'newestState'>,
): RetainedRepairs {
  const messages: OutboxMessage[] = [];
  const toAdopt = new Map<string, Alert>();
  const outdated = new Set<string>();
  const wanted = new Map(
    alerts
      .shown()
      .flatMap((alert) => retainedAlert(origin, alert).map((message) => [message.topic, { alert, message }])),
  );

  for (const [topic, { alert, message }] of wanted) {
    const published = readOwnAlert(retained.get(topic), origin);
    const newest = published === null ? alert : newestState(alert, published);
    if (published !== null && published.rev > alert.rev) outdated.add(alert.id);
    if (newest !== alert) toAdopt.set(alert.id, newer(toAdopt.get(alert.id), newest));
    else if (published?.rev !== alert.rev) messages.push(message);
  }
  for (const [topic, payload] of retained) {
    const published = readOwnAlert(payload, origin);
    const place = parseTopic(topic);
    if (wanted.has(topic) || published === null || place?.kind !== 'alert') continue;
    const isUnseen = published.state === 'open' || published.state === 'escalated';
    const isNews = published.rev > (alerts.find(published.id)?.rev ?? 0);
    if (isNews) outdated.add(published.id);
    if (isUnseen && isNews) toAdopt.set(published.id, newer(toAdopt.get(published.id), published));
    else messages.push(clearedAlert(origin.site, place.ward, place.alertId));
  }
  return { messages, alertsToAdopt: [...toAdopt.values()], outdatedIds: [...outdated] };
}

/** An alert of this device as the store holds it; null for anything else. */
function readOwnAlert(payload: Uint8Array | undefined, origin: AlertOrigin): Alert | null {
  const published = payload === undefined ? null : readRetainedAlert(payload);
  if (published === null) return null;
  const { device, ...alert } = published;
  return device === origin.device ? alert : null;
}

function newer(a: Alert | undefined, b: Alert): Alert {
  return a !== undefined && a.rev > b.rev ? a : b;
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
