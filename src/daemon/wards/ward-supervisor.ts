import type { Clock } from '../../contract/clock.ts';
import type { AlertCommand } from '../../alerts/apply-command.ts';
import type { RecentNonces } from '../../alerts/recent-nonces.ts';
import { createElapsedTimes, type ElapsedTimes } from '../../alerts/elapsed-times.ts';
import { createUnwatchedWards, type UnwatchedWards } from '../../alerts/unwatched-wards.ts';
import { handleAlertCommand, loadRecentNonces } from './handle-alert-command.ts';
import type { Config } from '../../config/schema.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { retainedAlert, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import type { Broker } from '../../publish/broker/connect-broker.ts';
import type { Delivery } from '../../publish/deliver-outbox.ts';
import type { CommandSignature } from '../../publish/displays/command-signature.ts';
import { receiveDisplayMessages } from '../../publish/displays/receive-display-messages.ts';
import { trackDisplays } from '../../publish/displays/track-displays.ts';
import type { Store } from '../../store/open-store.ts';
import type { ClockCorrection, ClockGuard } from '../alarms/monitor-clock.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import { correctTimes } from './correct-times.ts';
import { applyVerdicts } from './apply-verdicts.ts';
import { moveAlertsOfRemovedWards } from './move-alerts-of-removed-wards.ts';
import { applyAlertTimeouts } from './apply-alert-timeouts.ts';
import type { BrokerAlarms } from '../alarms/broker-alarms.ts';
import type { ReportTrouble } from '../alarms/trouble-reporter.ts';

export interface WardSupervisorDeps {
  readonly config: Pick<Config, 'site' | 'alerts' | 'wards' | 'inboxes'>;
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly alarms: TechnicalAlarms;
  readonly clock: Clock;
  readonly clockGuard: Pick<ClockGuard, 'isPlausible' | 'onCorrected'>;
  readonly broker: Broker;
  readonly signature: Pick<CommandSignature, 'isValid'>;
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

interface SupervisorState extends WardSupervisorDeps {
  readonly elapsedTimes: ElapsedTimes;
  readonly nonces: RecentNonces;
  readonly displays: ReturnType<typeof trackDisplays>;
  /** Display → when it last confirmed an alert, milliseconds since 1970. */
  readonly receivedAt: Map<string, number>;
  readonly unwatched: UnwatchedWards;
}

/** Handles the commands of the displays, watches which wards are displayed, and applies the timeouts of alerts, until disposed. */
export function superviseWards(deps: WardSupervisorDeps): WardSupervisor {
  const { config, broker } = deps;
  const state: SupervisorState = {
    ...deps,
    elapsedTimes: createTimes(deps),
    nonces: loadRecentNonces(deps.store),
    displays: trackDisplays(),
    receivedAt: new Map(),
    unwatched: createUnwatchedWards(config.alerts.escalation.unwatchedSeconds * 1000),
  };
  const { displays, receivedAt, unwatched } = state;
  // Before the first connection, which publishes the present alerts.
  tolerateStore(deps, 'alerts of removed wards not moved', () => {
    moveDisplays(deps);
    moveAlertsOfRemovedWards(state);
  });
  deps.clockGuard.onCorrected((correction) => handleCorrection(state, correction));
  const listening = listen(state);
  const stopListening = broker.onStatus((status) => {
    if (status.state === 'disconnected') displays.clear();
    else unwatched.begin();
  });
  const timer = setInterval(
    () => tolerateStore(deps, 'alert timeouts not applied', () => applyTimeouts(state)),
    INTERVAL_MS,
  );
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

function createTimes({ clock, clockGuard }: WardSupervisorDeps): ElapsedTimes {
  return createElapsedTimes({
    now: () => clock.now(),
    elapsed: () => performance.now(),
    isPlausible: clockGuard.isPlausible,
  });
}

function handleCorrection(state: SupervisorState, correction: ClockCorrection): void {
  tolerateStore(state, 'times of the wrong clock not corrected', () => correctTimes(state, correction));
  state.delivery.wake();
}

/** A paired display follows its ward to the new id. */
function moveDisplays({ config, store }: WardSupervisorDeps): void {
  for (const { id, formerly } of config.wards)
    for (const former of formerly) store.displays.moveWard(former, id);
}

function listen(state: SupervisorState): Disposable {
  const { config, store, broker, signature, displays, unwatched, log } = state;
  return receiveDisplayMessages({
    site: config.site.id,
    broker,
    signature,
    onCommand: (command) => tolerateStore(state, 'command not recorded', () => handleCommand(state, command)),
    onAvailability: (display, availability) => displays.take(display, availability),
    onReceipt(receipt) {
      unwatched.receive(receipt);
      rememberDisplay(state, receipt.display);
      tolerateStore(state, 'receipt not recorded', () => store.receipts.record(receipt));
    },
    log,
  });
}

function handleCommand(state: SupervisorState, command: AlertCommand): void {
  const reason = handleAlertCommand(state, command, state.nonces);
  const { alertId: alert, action, display } = command;
  if (reason !== null)
    state.log.info({ code: 'COMMAND_REFUSED', reason, alert, action, display }, 'command rejected');
  state.delivery.wake();
}

function rememberDisplay({ receivedAt, clock }: SupervisorState, display: string): void {
  receivedAt.set(display, clock.now());
  const [oldest] = receivedAt.keys();
  if (receivedAt.size > MAX_DISPLAYS && oldest !== undefined) receivedAt.delete(oldest);
}

function applyTimeouts(state: SupervisorState): void {
  state.brokerAlarms.tick();
  if (moveAlertsOfRemovedWards(state) + applyVerdicts(state) > 0) state.delivery.wake();
  const isConnected = state.broker.status?.state === 'connected';
  if (isConnected) watchIdentities(state);
  const unwatched = isConnected ? watchWards(state) : [];
  if (applyAlertTimeouts(state, new Set(unwatched)) > 0) state.delivery.wake();
}

/** Raises the alarm for pairings that two machines use. */
function watchIdentities({ alarms, displays, store }: SupervisorState): void {
  const duplicated = displays.duplicated();
  if (duplicated.length === 0) alarms.clear('DISPLAY_DUPLICATED');
  else alarms.raise('DISPLAY_DUPLICATED', duplicated.map((id) => nameOf(id, store)).join(', '));
}

/** As people named it, with the id for `bonewatch display revoke`. */
function nameOf(id: string, { displays }: Store): string {
  const name = displays.list().find((display) => display.id === id)?.name;
  return name === undefined ? id : `${name} (${id})`;
}

/** Raises the alarm for wards without a display, and publishes unconfirmed alerts again. */
function watchWards({
  store,
  origin,
  alarms,
  delivery,
  displays,
  unwatched,
}: SupervisorState): readonly string[] {
  const view = unwatched.evaluate(store.alerts.shown(), displays.watching, performance.now());
  if (view.unwatched.length === 0) alarms.clear('WARD_NOT_WATCHED');
  else alarms.raise('WARD_NOT_WATCHED', view.unwatched.join(', '));
  if (view.unconfirmed.length === 0) return view.unwatched;
  store.outbox.add(view.unconfirmed.flatMap((alert) => retainedAlert(origin, alert)));
  delivery.wake();
  return view.unwatched;
}

/** A store that cannot be written does not end the daemon: the failure is reported and retried every second. */
function tolerateStore({ reportTrouble, log }: WardSupervisorDeps, what: string, work: () => void): void {
  try {
    work();
    reportTrouble('alerts', null);
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    reportTrouble('alerts', error);
    log.debug({ code: error.code, reason: error.message }, what);
  }
}
