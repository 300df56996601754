import type { Alert } from './alerts/alert.ts';
import { applyCommand, type AlertCommand } from './alerts/apply-command.ts';
import { expireAlerts } from './alerts/expire-alerts.ts';
import type { RecentNonces } from './alerts/recent-nonces.ts';
import type { ErrorCode } from './errors.ts';
import { alertMessages, type AlertOrigin } from './publish/alert-messages.ts';
import type { Store } from './store/open-store.ts';

export interface AnswerOptions {
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly clock: { now(): number };
}

/** Why a command changed nothing although it asked for something; null when it was carried out. */
export type Refused = ErrorCode | null;

/**
 * What a person said of an alert, carried out: alert, messages and audit in one transaction. Commands about alerts of
 * other devices are theirs to answer.
 */
export function answerCommand(
  { store, origin, clock }: AnswerOptions,
  command: AlertCommand,
  nonces: RecentNonces,
): Refused {
  return store.atomically(() => {
    const before = store.alerts.get(command.alertId) ?? null;
    const now = new Date(clock.now()).toISOString();
    const outcome = applyCommand(before, command, {
      now,
      hasSeen: (nonce) => nonces.has(command.alertId, nonce),
    });
    if (outcome.isRefused) return 'COMMAND_REFUSED';
    nonces.add(command.alertId, command.nonce);
    if (before === null || outcome.alert === before) return null;
    store.recordAlertChange(outcome.alert, alertMessages(origin, before, outcome.alert), {
      at: now,
      kind: `alert-${command.action}`,
      actor: command.by,
      subject: command.alertId,
      detail: { ward: command.ward, display: command.display, rev: outcome.alert.rev },
    });
    return null;
  });
}

/** Closes and clears what was acknowledged long enough ago; how many. */
export function closeExpired({ store, origin, clock }: AnswerOptions, keptMinutes: number): number {
  const now = new Date(clock.now()).toISOString();
  const open = new Map<string, Alert>(store.alerts.open().map((alert) => [alert.id, alert]));
  const expired = expireAlerts([...open.values()], now, keptMinutes);
  for (const alert of expired) {
    store.recordAlertChange(alert, alertMessages(origin, open.get(alert.id) ?? null, alert), {
      at: now,
      kind: 'alert-close',
      actor: 'bonewatch',
      subject: alert.id,
      detail: { ward: alert.place.ward, display: null, rev: alert.rev },
    });
  }
  return expired.length;
}
