import type { Clock } from '../../contract/clock.ts';
import { createUnwatchedWards } from '../../alerts/unwatched-wards.ts';
import { handleAlertCommand, loadRecentNonces } from './handle-alert-command.ts';
import type { Config } from '../../config/schema.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { retainedAlert, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import type { Broker } from '../../publish/broker/connect-broker.ts';
import type { Delivery } from '../../publish/deliver-outbox.ts';
import { receiveDisplayMessages } from '../../publish/displays/receive-display-messages.ts';
import { trackDisplays } from '../../publish/displays/track-displays.ts';
import type { Store } from '../../store/open-store.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import { applyVerdicts } from './apply-verdicts.ts';
import { applyAlertTimeouts } from './apply-alert-timeouts.ts';
import type { BrokerAlarms } from '../alarms/broker-alarms.ts';
import type { ReportTrouble } from '../alarms/trouble-reporter.ts';

export interface WardSupervisorDeps {
  readonly config: Pick<Config, 'site' | 'alerts'>;
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly alarms: TechnicalAlarms;
  readonly clock: Clock;
  readonly broker: Broker;
  readonly delivery: Pick<Delivery, 'wake'>;
  readonly brokerAlarms: Pick<BrokerAlarms, 'tick'>;
  readonly reportTrouble: ReportTrouble;
  readonly log: Logger;
}

/** The displays that show the wards' alerts at this moment. */
export interface WardSupervisor extends Disposable {
  /** Displays that show a ward, sorted. */
  readonly watching: (ward: string) => readonly string[];
  /** When a display last confirmed an alert, milliseconds since 1970; null for never since the start. */
  readonly lastReceiptAt: (display: string) => number | null;
}

const INTERVAL_MS = 1_000;
const MAX_DISPLAYS = 1_000;

/** Handles the commands of the displays, watches which wards are displayed, and applies the timeouts of alerts, until disposed. */
export function superviseWards(deps: WardSupervisorDeps): WardSupervisor {
  const { config, store, origin, alarms, clock, broker, delivery, log } = deps;
  const nonces = loadRecentNonces(store);
  const displays = trackDisplays();
  const receivedAt = new Map<string, number>();
  const watch = createUnwatchedWards(config.alerts.escalation.unwatchedSeconds * 1000);

  const listening = receiveDisplayMessages({
    site: config.site.id,
    broker,
    onCommand: (command) =>
      survive('command not recorded', () => {
        const reason = handleAlertCommand({ store, origin, clock }, command, nonces);
        const { alertId: alert, action, display } = command;
        if (reason !== null)
          log.info({ code: 'COMMAND_REFUSED', reason, alert, action, display }, 'command rejected');
        delivery.wake();
      }),
    onAvailability: (display, availability) => displays.take(display, availability),
    onReceipt(receipt) {
      watch.receive(receipt);
      rememberDisplay(receipt.display);
      survive('receipt not recorded', () => store.receipts.keep(receipt));
    },
    log,
  });
  const stopListening = broker.onStatus(({ state }) => {
    if (state === 'disconnected') displays.forgetAll();
    else watch.begin();
  });
  const timer = setInterval(() => survive('alert timeouts not applied', applyTimeouts), INTERVAL_MS);

  function rememberDisplay(display: string): void {
    receivedAt.set(display, clock.now());
    const [oldest] = receivedAt.keys();
    if (receivedAt.size > MAX_DISPLAYS && oldest !== undefined) receivedAt.delete(oldest);
  }

  function applyTimeouts(): void {
    deps.brokerAlarms.tick();
    if (applyVerdicts({ store, origin, clock }) > 0) delivery.wake();
    const unwatched = broker.status?.state === 'connected' ? watchWards() : [];
    if (applyAlertTimeouts({ store, origin, clock, config }, new Set(unwatched)) > 0) delivery.wake();
  }

  function watchWards(): readonly string[] {
    const view = watch.evaluate(store.alerts.shown(), displays.watching, performance.now());
    if (view.unwatched.length === 0) alarms.clear('WARD_NOT_WATCHED');
    else alarms.raise('WARD_NOT_WATCHED', view.unwatched.join(', '));
    if (view.unconfirmed.length === 0) return view.unwatched;
    store.outbox.add(view.unconfirmed.flatMap((alert) => retainedAlert(origin, alert)));
    delivery.wake();
    return view.unwatched;
  }

  /** A store that cannot be written for a while does not end the daemon: it is reported, and the next second tries again. */
  function survive(what: string, work: () => void): void {
    try {
      work();
      deps.reportTrouble('alerts', null);
    } catch (error) {
      if (!isBonewatchError(error)) throw error;
      deps.reportTrouble('alerts', error);
      log.debug({ code: error.code, reason: error.message }, what);
    }
  }

  return {
    watching: displays.watching,
    lastReceiptAt: (display) => receivedAt.get(display) ?? null,
    [Symbol.dispose]() {
      clearInterval(timer);
      stopListening();
      listening[Symbol.dispose]();
    },
  };
}
