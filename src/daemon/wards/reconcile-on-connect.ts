import type { Clock } from '../../contract/clock.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { reconcileAlert } from '../../alerts/reconcile-alert.ts';
import { isBonewatchError, isStoreFailure, type BonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { alertMessages, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import type { Broker } from '../../publish/broker/connect-broker.ts';
import type { Delivery } from '../../publish/deliver-outbox.ts';
import { reconcileRetained } from '../../publish/reconcile-retained.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Store } from '../../store/open-store.ts';
import type { AlertHold } from './alert-hold.ts';

export interface ReconcileOnConnectDeps {
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly clock: Clock;
  readonly broker: Broker;
  readonly delivery: Delivery;
  /** Released once broker and store agree, or will when the outbox is empty, or if the broker cannot be read. */
  readonly hold: AlertHold;
  readonly log: Logger;
}

const RETRY_MS = 5_000;
const IDLE_MS = 60_000;

/** Reconciles store and broker on every connection, with retries while the store fails; returns a function that stops it. */
export function reconcileOnConnect(deps: ReconcileOnConnectDeps, signal: AbortSignal): () => void {
  let connections = 0;
  return deps.broker.onStatus(({ state }) => {
    if (state === 'disconnected') return;
    connections += 1;
    const connection = connections;
    void reconcileUntilDone(deps, signal, () => connection === connections);
  });
}

async function reconcileUntilDone(
  deps: ReconcileOnConnectDeps,
  signal: AbortSignal,
  isCurrent: () => boolean,
): Promise<void> {
  const { log } = deps;
  while (isConnected(deps, signal) && isCurrent()) {
    const error = await reconcile(deps, signal).then(() => null, onlyNamed);
    if (error === null) return;
    log.warn({ code: error.code, reason: error.message }, 'retained alerts not reconciled');
    // Alerts are not held back from a broker that cannot be read.
    if (!isStoreFailure(error)) {
      releaseAlerts(deps);
      return;
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function reconcile(deps: ReconcileOnConnectDeps, signal: AbortSignal): Promise<void> {
  const { store, origin, broker, delivery, hold, log } = deps;
  if (!hold.isHeld())
    await delivery.idle(AbortSignal.any([signal, AbortSignal.timeout(IDLE_MS)])).catch(() => undefined);
  await reconcileRetained(
    {
      origin,
      broker,
      alerts: { shown: () => store.alerts.shown(), find: (id) => store.alerts.get(id) ?? null },
      newestState: (stored, retained) => reconcileAlert(stored, retained, nowOf(deps)),
      enqueue: (messages) => store.outbox.add(messages),
      removeWaiting: (id) => void store.outbox.removeAlert(id),
      adopt: (alert) => store.atomically(() => adopt(deps, alert)),
      log,
    },
    signal,
  );
  if (isConnected(deps, signal)) releaseAlerts(deps);
}

function adopt(deps: ReconcileOnConnectDeps, alert: Alert): void {
  const { store, origin } = deps;
  const stored = store.alerts.get(alert.id) ?? null;
  // The study of an unknown one is lost: it becomes a separate alert, so that it stays visible.
  if (stored === null) store.adoptAlert(alert, `adopted-${alert.id}`);
  const detail = { ward: alert.place.ward, rev: alert.rev, knownRev: stored?.rev ?? null };
  const entry = { at: nowOf(deps), kind: 'alert-adopted', actor: 'bonewatch', subject: alert.id, detail };
  if (stored === null) store.audit.append(entry);
  else store.recordAlertChange(alert, alertMessages(origin, stored, alert), entry);
}

function isConnected({ broker }: ReconcileOnConnectDeps, signal: AbortSignal): boolean {
  return !signal.aborted && broker.status?.state === 'connected';
}

function releaseAlerts({ hold, delivery }: ReconcileOnConnectDeps): void {
  hold.release();
  delivery.wake();
}

function nowOf({ clock }: ReconcileOnConnectDeps): string {
  return new Date(clock.now()).toISOString();
}

function onlyNamed(error: unknown): BonewatchError {
  if (isBonewatchError(error)) return error;
  throw error;
}
