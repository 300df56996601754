import { latestWord } from './alerts/latest-word.ts';
import { isBonewatchError } from './errors.ts';
import type { Logger } from './log.ts';
import { alertMessages, type AlertOrigin } from './publish/alert-messages.ts';
import type { Broker } from './publish/connect-broker.ts';
import type { Delivery } from './publish/deliver-outbox.ts';
import { reconcileRetained } from './publish/reconcile-retained.ts';
import type { Alert } from './alerts/alert.ts';
import type { Store } from './store/open-store.ts';

export interface RepairParts {
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly clock: { now(): number };
  readonly broker: Broker;
  readonly delivery: Delivery;
  /** The broker was read and agrees with the store, or will once the outbox is empty. */
  onCompared(): void;
  readonly log: Logger;
}

/** Compares store and broker on every connection; returns how to stop that. */
export function repairOnConnect(parts: RepairParts, signal: AbortSignal): () => void {
  const { store, origin, clock, broker, delivery, log } = parts;
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
    await delivery.idle(AbortSignal.any([signal, AbortSignal.timeout(60_000)])).catch(() => undefined);
    await reconcileRetained(
      {
        origin,
        broker,
        alerts: { shown: () => store.alerts.shown(), find: (id) => store.alerts.get(id) ?? null },
        latestWord: (stored, kept) => latestWord(stored, kept, now()),
        enqueue: (messages) => store.outbox.add(messages),
        adopt: (alert) => store.atomically(() => adopt(alert)),
        log,
      },
      signal,
    );
    if (signal.aborted || broker.status?.state !== 'connected') return;
    parts.onCompared();
    delivery.wake();
  }

  return broker.onStatus(({ state }) => {
    if (state === 'disconnected') return;
    void repair().catch((error: unknown) => {
      if (!isBonewatchError(error)) throw error;
      log.warn({ code: error.code, reason: error.message }, 'retained alerts not compared');
    });
  });
}
