import type { Clock } from '../../contract/clock.ts';
import type { Config } from '../../config/schema.ts';
import { createBrokerAlarms } from '../alarms/broker-alarms.ts';
import type { StatusPublisher } from '../status-publisher.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import { superviseWards, type WardSupervisor } from './ward-supervisor.ts';
import type { Logger } from '../../contract/logger.ts';
import { retainedAlert, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import { availabilityMessage } from '../../publish/messages/availability-message.ts';
import { connectBroker, type Broker } from '../../publish/broker/connect-broker.ts';
import { deliverOutbox, type Delivery, type OutboxRow } from '../../publish/deliver-outbox.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import { reconcileOnConnect } from './reconcile-on-connect.ts';
import type { Store } from '../../store/open-store.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import type { ReportTrouble } from '../alarms/trouble-reporter.ts';

export interface MessagingDeps {
  readonly config: Pick<Config, 'site' | 'device' | 'broker' | 'alerts'>;
  readonly brokerUrl: string;
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly statusPublisher: StatusPublisher;
  readonly alarms: TechnicalAlarms;
  readonly clock: Clock;
  newId(): string;
  onDelivered(row: OutboxRow): void;
  readonly tell: ReportTrouble;
  readonly log: Logger;
}

/** The two-way road to the wards: outbox out, acknowledgements and presence in. */
export interface Messaging extends AsyncDisposable {
  readonly broker: Broker;
  readonly delivery: Delivery;
  readonly wards: WardSupervisor;
}

/** Opens the road; does not wait for the broker, whose absence is a status and not an error. */
export async function openMessaging(parts: MessagingDeps, signal: AbortSignal): Promise<Messaging> {
  const { config, store, log, clock } = parts;
  const [site, device] = [config.site.id, config.device.id];
  const brokerAlarms = createBrokerAlarms({
    alarms: parts.alarms,
    audit: store.audit,
    clock,
    elapsed: () => performance.now(),
  });
  // A store from an old backup must not overwrite what the broker knows better: first compare, then speak of alerts.
  let isCompared = false;
  const broker = await connectBroker(
    {
      config: { ...config.broker, url: parts.brokerUrl },
      clientId: `bonewatch-${site}-${device}`,
      credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
      newSessionId: () => parts.newId(),
      availability: (state, session) =>
        availabilityMessage(site, device, { state, session, ts: new Date(clock.now()).toISOString() }),
      birthMessages: () => [
        ...parts.statusPublisher.birthMessages(),
        ...(isCompared ? presentAlerts(parts) : []),
      ],
      onAnswer: (topic, refusal) => brokerAlarms.onAnswer(topic, refusal),
      log,
    },
    signal,
  );
  parts.statusPublisher.attach(broker);
  const stopListening = broker.onStatus((status) => brokerAlarms.onStatus(status));
  const delivery = deliverOutbox({
    outbox: { ...store.outbox, markDelivered: (row) => markDelivered(parts, row) },
    broker,
    onDelivered(row) {
      brokerAlarms.onDelivered(row);
      parts.onDelivered(row);
    },
    onRefused: (row, error) => brokerAlarms.onRefused(row, error),
    onStore: (error) => parts.tell('outbox', error),
    isHeld: ({ alertId }) => !isCompared && alertId !== null,
    log,
  });
  const wards = superviseWards({ ...parts, broker, delivery, onSecond: () => brokerAlarms.tick() });
  const stopRepairing = reconcileOnConnect(
    { ...parts, broker, delivery, isCompared: () => isCompared, onCompared: () => (isCompared = true) },
    signal,
  );

  return {
    broker,
    delivery,
    wards,
    async [Symbol.asyncDispose]() {
      stopRepairing();
      stopListening();
      wards[Symbol.dispose]();
      await delivery[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}

/** Every alert as it is, but for those with revisions that still wait: they come in their order. */
function presentAlerts({ store, origin }: MessagingDeps): OutgoingMessage[] {
  try {
    const waiting = store.outbox.pendingAlerts();
    const present = store.alerts.shown().filter(({ id }) => !waiting.has(id));
    return present.flatMap((alert) => retainedAlert(origin, alert));
  } catch (error) {
    // Whoever reads or writes the store next says so; the comparison makes up for it.
    if (isBonewatchError(error, 'STORE_FAILED')) return [];
    throw error;
  }
}

/** The broker has it; that an alert reached its ward is audited in the same step. */
function markDelivered({ store, clock }: MessagingDeps, row: OutboxRow): void {
  const { ward, alertId: subject, rev, retain } = row;
  const isAlertState = retain && subject !== null && rev !== null;
  if (!isAlertState) {
    store.outbox.markDelivered(row.seq);
    return;
  }
  store.atomically(() => {
    store.outbox.markDelivered(row.seq);
    const at = new Date(clock.now()).toISOString();
    store.audit.append({ at, kind: 'alert-delivered', actor: 'bonewatch', subject, detail: { ward, rev } });
  });
}
