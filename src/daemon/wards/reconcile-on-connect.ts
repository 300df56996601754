import type { Clock } from '../../contract/clock.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { reconcileAlert } from '../../alerts/reconcile-alert.ts';
import { isBonewatchError, type BonewatchError } from '../../contract/errors.ts';
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
  /** Released once the broker agrees with the store, or will when the outbox is empty; or it cannot be read. */
  readonly hold: AlertHold;
  readonly log: Logger;
}

const RETRY_MS = 5_000;
const IDLE_MS = 60_000;

/** Compares store and broker on every connection, and until the store allows it; returns how to stop that. */
export function reconcileOnConnect(deps: ReconcileOnConnectDeps, signal: AbortSignal): () => void {
  const { store, origin, clock, broker, delivery, hold, log } = deps;
  let connections = 0;
  const now = (): string => new Date(clock.now()).toISOString();

  function adopt(alert: Alert): void {
    const stored = store.alerts.get(alert.id) ?? null;
    // The study of an unknown one is lost: an alert of its own, so that somebody still sees it.
    if (stored === null) store.adoptAlert(alert, `adopted-${alert.id}`);
    const detail = { ward: alert.place.ward, rev: alert.rev, knownRev: stored?.rev ?? null };
    const entry = { at: now(), kind: 'alert-adopted', actor: 'bonewatch', subject: alert.id, detail };
    if (stored === null) store.audit.append(entry);
    else store.recordAlertChange(alert, alertMessages(origin, stored, alert), entry);
  }

  async function repair(): Promise<void> {
    if (!hold.isHeld())
      await delivery.idle(AbortSignal.any([signal, AbortSignal.timeout(IDLE_MS)])).catch(() => undefined);
    await reconcileRetained(
      {
        origin,
        broker,
        alerts: { shown: () => store.alerts.shown(), find: (id) => store.alerts.get(id) ?? null },
        latestWord: (stored, kept) => reconcileAlert(stored, kept, now()),
        enqueue: (messages) => store.outbox.add(messages),
        removeWaiting: (id) => void store.outbox.removeAlert(id),
        adopt: (alert) => store.atomically(() => adopt(alert)),
        log,
      },
      signal,
    );
    if (isConnected()) releaseAlerts();
  }

  function isConnected(): boolean {
    return !signal.aborted && broker.status?.state === 'connected';
  }

  function releaseAlerts(): void {
    hold.release();
    delivery.wake();
  }

  async function repairUntilDone(connection: number): Promise<void> {
    while (isConnected() && connection === connections) {
      const error = await repair().then(() => null, onlyNamed);
      if (error === null) return;
      log.warn({ code: error.code, reason: error.message }, 'retained alerts not compared');
      // A broker that cannot be read is no reason to keep alerts from it.
      if (error.code !== 'STORE_FAILED') {
        releaseAlerts();
        return;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  return broker.onStatus(({ state }) => {
    if (state === 'disconnected') return;
    connections += 1;
    void repairUntilDone(connections);
  });
}

function onlyNamed(error: unknown): BonewatchError {
  if (isBonewatchError(error)) return error;
  throw error;
}
