import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../contract/clock.ts';
import { isStoreFailure } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import type { Metrics } from '../../health/create-metrics.ts';
import { connectBroker, type Broker, type BrokerOptions } from '../../publish/broker/connect-broker.ts';
import {
  deliverOutbox,
  type Delivery,
  type DeliveryOptions,
  type OutboxRow,
} from '../../publish/deliver-outbox.ts';
import type { CommandSignature } from '../../publish/displays/command-signature.ts';
import { retainedAlert, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import { availabilityMessage } from '../../publish/messages/availability-message.ts';
import type { Store } from '../../store/open-store.ts';
import { createBrokerAlarms, type BrokerAlarms } from '../alarms/broker-alarms.ts';
import type { ClockGuard } from '../alarms/monitor-clock.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import type { ReportTrouble } from '../alarms/trouble-reporter.ts';
import { createAlertHold, type AlertHold } from './alert-hold.ts';
import { reconcileOnConnect } from './reconcile-on-connect.ts';
import { superviseWards, type WardSupervisor } from './ward-supervisor.ts';

export interface MessagingDeps {
  readonly config: Pick<Config, 'site' | 'device' | 'broker' | 'alerts' | 'wards' | 'inboxes'>;
  readonly brokerUrl: string;
  readonly store: Store;
  readonly origin: AlertOrigin;
  /** Verifies the commands that the bridge signed. */
  readonly signature: CommandSignature;
  readonly info: { message(): OutgoingMessage };
  readonly alarms: TechnicalAlarms;
  readonly metrics: Pick<Metrics, 'observeScanToPublished'>;
  readonly reportTrouble: ReportTrouble;
  readonly clock: Clock;
  readonly clockGuard: ClockGuard;
  readonly newId: () => string;
  readonly log: Logger;
}

/** Both directions between store and wards: the outbox out, acknowledgements and the presence of displays in. */
export interface Messaging extends AsyncDisposable {
  readonly broker: Broker;
  readonly delivery: Delivery;
  readonly wards: WardSupervisor;
  /** The wards of which the broker refuses alerts. */
  readonly undeliveredWards: () => readonly string[];
}

/** Opens messaging; does not wait for the broker: an unreachable broker is a status, not an error. */
export async function openMessaging(deps: MessagingDeps, signal: AbortSignal): Promise<Messaging> {
  await using opening = new AsyncDisposableStack();
  const hold = createAlertHold();
  const brokerAlarms = createBrokerAlarms({
    alarms: deps.alarms,
    audit: deps.store.audit,
    clock: deps.clock,
    elapsed: () => performance.now(),
  });
  const broker = opening.use(connectBroker(brokerOptions(deps, { hold, brokerAlarms }), signal));
  opening.defer(broker.onStatus(brokerAlarms.onStatus));
  const delivery = opening.use(deliverOutbox(deliveryOptions(deps, { hold, brokerAlarms, broker })));
  const wards = opening.use(superviseWards({ ...deps, broker, delivery, brokerAlarms }));
  opening.defer(reconcileOnConnect({ ...deps, broker, delivery, hold }, signal));
  const opened = opening.move();
  const { undeliveredWards } = brokerAlarms;
  return { broker, delivery, wards, undeliveredWards, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

interface MessagingParts {
  readonly hold: AlertHold;
  readonly brokerAlarms: BrokerAlarms;
}

function brokerOptions(deps: MessagingDeps, { hold, brokerAlarms }: MessagingParts): BrokerOptions {
  const { config, brokerUrl, alarms, info, clock, newId, log } = deps;
  const [site, device] = [config.site.id, config.device.id];
  return {
    config: { ...config.broker, url: brokerUrl },
    clientId: `bonewatch-${site}-${device}`,
    credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
    newSessionId: newId,
    availability: (state, session) =>
      availabilityMessage(site, device, { state, session, ts: new Date(clock.now()).toISOString() }),
    birthMessages: () => [
      info.message(),
      ...alarms.messages(),
      ...(hold.isHeld() ? [] : presentAlerts(deps)),
    ],
    onAnswer: brokerAlarms.onAnswer,
    log,
  };
}

function deliveryOptions(
  deps: MessagingDeps,
  { hold, brokerAlarms, broker }: MessagingParts & { readonly broker: Broker },
): DeliveryOptions {
  const { store, metrics, clock, reportTrouble, log } = deps;
  return {
    outbox: { ...store.outbox, markDelivered: (row) => markDelivered(deps, row) },
    broker,
    onDelivered(row) {
      brokerAlarms.onDelivered(row);
      if (row.writtenAt !== null) metrics.observeScanToPublished((clock.now() - row.writtenAt) / 1000);
    },
    onRefused: brokerAlarms.onRefused,
    onStore: (error) => reportTrouble('outbox', error),
    isHeld: ({ alertId }) => alertId !== null && hold.isHeld(),
    log,
  };
}

/** The present state of every alert, except those with revisions in the outbox, which are sent in order. */
function presentAlerts({ store, origin }: MessagingDeps): OutgoingMessage[] {
  try {
    const waiting = store.outbox.pendingAlerts();
    const present = store.alerts.shown().filter(({ id }) => !waiting.has(id));
    return present.flatMap((alert) => retainedAlert(origin, alert));
  } catch (error) {
    // The next read or write of the store reports the error, and reconciling with the broker repairs the state.
    if (isStoreFailure(error)) return [];
    throw error;
  }
}

/** Marks a row acknowledged by the broker as delivered, and audits a delivered alert in the same transaction. */
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
