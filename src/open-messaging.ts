import { createRecentNonces } from './alerts/recent-nonces.ts';
import { answerCommand } from './answer-displays.ts';
import type { Config } from './config/schema.ts';
import type { DeviceVoice } from './device-voice.ts';
import { isBonewatchError } from './errors.ts';
import type { Logger } from './log.ts';
import { retainedAlert, type AlertOrigin } from './publish/alert-messages.ts';
import { availabilityMessage } from './publish/availability-message.ts';
import { connectBroker, type Broker } from './publish/connect-broker.ts';
import { deliverOutbox, type Delivery, type OutboxRow } from './publish/deliver-outbox.ts';
import { receiveDisplayMessages } from './publish/receive-display-messages.ts';
import { reconcileRetained } from './publish/reconcile-retained.ts';
import { trackDisplays, type DisplayTracker } from './publish/track-displays.ts';
import type { Store } from './store/open-store.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface MessagingParts {
  readonly config: Pick<Config, 'site' | 'device' | 'broker'>;
  readonly brokerUrl: string;
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly voice: DeviceVoice;
  readonly alarms: TechnicalAlarms;
  readonly clock: { now(): number };
  newId(): string;
  onDelivered(row: OutboxRow): void;
  readonly log: Logger;
}

/** The two-way road to the wards: outbox out, acknowledgements and presence in. */
export interface Messaging extends AsyncDisposable {
  readonly broker: Broker;
  readonly delivery: Delivery;
  readonly displays: DisplayTracker;
}

/** Opens the road; does not wait for the broker, whose absence is a status and not an error. */
export async function openMessaging(parts: MessagingParts, signal: AbortSignal): Promise<Messaging> {
  const { config, store, log, clock } = parts;
  const [site, device] = [config.site.id, config.device.id];
  const broker = await connectBroker(
    {
      config: { ...config.broker, url: parts.brokerUrl },
      clientId: `bonewatch-${site}-${device}`,
      credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
      newSessionId: () => parts.newId(),
      availability: (state, session) =>
        availabilityMessage(site, device, { state, session, ts: new Date(clock.now()).toISOString() }),
      birthMessages: () => [
        ...parts.voice.birthMessages(),
        ...store.alerts.open().map((alert) => retainedAlert(parts.origin, alert)),
      ],
      log,
    },
    signal,
  );
  parts.voice.speakThrough(broker);
  const delivery = deliverOutbox({
    outbox: store.outbox,
    broker,
    onDelivered: (row) => parts.onDelivered(row),
    onRefused: (_row, error) => parts.alarms.set('BROKER_REFUSED', error.message),
    log,
  });
  const displays = trackDisplays();
  const nonces = createRecentNonces();
  const listening = receiveDisplayMessages({
    site,
    broker,
    onCommand(command) {
      const refused = answerCommand({ store, origin: parts.origin, clock }, command, nonces);
      if (refused)
        log.info({ code: refused, alert: command.alertId, action: command.action }, 'command refused');
      delivery.wake();
    },
    onAvailability: (display, availability) => displays.take(display, availability),
    onReceipt: ({ display, alertId, rev }) => log.debug({ display, alert: alertId, rev }, 'alert shown'),
    log,
  });
  const stopReconciling = repairOnConnect(parts, { broker, delivery, displays }, signal);

  return {
    broker,
    delivery,
    displays,
    async [Symbol.asyncDispose]() {
      stopReconciling();
      listening[Symbol.dispose]();
      await delivery[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}

function repairOnConnect(
  { store, origin, log }: MessagingParts,
  { broker, delivery, displays }: { broker: Broker; delivery: Delivery; displays: DisplayTracker },
  signal: AbortSignal,
): () => void {
  return broker.onStatus(({ state }) => {
    if (state === 'disconnected') {
      displays.forgetAll();
      return;
    }
    void repair().catch((error: unknown) => {
      if (!isBonewatchError(error)) throw error;
      log.warn({ code: error.code, reason: error.message }, 'retained alerts not compared');
    });
  });

  async function repair(): Promise<void> {
    await delivery.idle(AbortSignal.any([signal, AbortSignal.timeout(60_000)])).catch(() => undefined);
    const alerts = { open: () => store.alerts.open(), find: (id: string) => store.alerts.get(id) ?? null };
    await reconcileRetained(
      {
        origin,
        broker,
        alerts,
        enqueue: (messages) => store.outbox.add(messages),
        // The study is not known any more: an alert of its own, so that somebody still sees it.
        adopt: (alert) => store.adoptAlert(alert, `adopted-${alert.id}`),
        log,
      },
      signal,
    );
    delivery.wake();
  }
}
