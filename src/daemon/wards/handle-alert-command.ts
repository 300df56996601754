import type { Clock } from '../../contract/clock.ts';
import { applyCommand, type AlertCommand } from '../../alerts/apply-command.ts';
import { createRecentNonces, type RecentNonces } from '../../alerts/recent-nonces.ts';
import { actorOf } from '../../contract/command-sender.ts';
import type { Alert } from '../../contract/alert.ts';
import type { CommandRejection } from '../../contract/command-rejection.ts';
import { alertMessages, rejectionMessages, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import type { OutboxMessage } from '../../contract/outgoing-message.ts';
import type { Store } from '../../store/open-store.ts';

export interface AlertCommandDeps {
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly clock: Clock;
}

const KINDS: Readonly<Record<AlertCommand['action'], string>> = {
  acknowledge: 'alert-acknowledged',
  unacknowledge: 'alert-unacknowledged',
  close: 'alert-closed',
  withdraw: 'alert-withdrawn',
};
const MAX_REMEMBERED = 1_000;

/**
 * Applies the command of a person: alert, messages and audit in one transaction. The audit names the sender as verified,
 * and the name that the person chose in its detail. Returns why it was rejected, which is
 * also sent to its display; null if it was applied or changes nothing. Ignores commands about alerts of other devices.
 */
export function handleAlertCommand(
  { store, origin, clock }: AlertCommandDeps,
  command: AlertCommand,
  nonces: RecentNonces,
): CommandRejection | null {
  return store.atomically(() => {
    const before = store.alerts.get(command.alertId) ?? null;
    const now = new Date(clock.now()).toISOString();
    const outcome = applyCommand(before, command, {
      now,
      hasSeen: (nonce) => nonces.has(command.alertId, nonce),
    });
    if (outcome.isRefused) {
      const { reason } = outcome;
      if (before !== null) store.outbox.add(rejectionOf({ before, command, reason, origin, now }));
      return reason;
    }
    nonces.add(command.alertId, command.nonce);
    if (before === null || outcome.alert === before) return null;
    const { ward, display, nonce } = command;
    const actor = actorOf(command.sender, ward);
    const name = command.by === actor ? {} : { name: command.by };
    const reason = command.action === 'withdraw' ? { reason: command.reason } : {};
    store.recordAlertChange(outcome.alert, alertMessages(origin, before, outcome.alert), {
      at: now,
      kind: KINDS[command.action],
      actor,
      subject: command.alertId,
      detail: { ward, display, nonce, ...name, ...reason, rev: outcome.alert.rev },
    });
    return null;
  });
}

function rejectionOf({
  before,
  command: { ward, display, nonce },
  reason,
  origin,
  now,
}: {
  readonly before: Alert;
  readonly command: AlertCommand;
  readonly reason: CommandRejection;
  readonly origin: AlertOrigin;
  readonly now: string;
}): OutboxMessage[] {
  if (display === null || reason === 'unknown-alert') return [];
  return rejectionMessages(origin, before, { ward, display, nonce, reason, at: now });
}

/** Recently applied commands, so that one that a display repeats after a restart is not applied twice. */
export function loadRecentNonces({ audit }: Pick<Store, 'audit'>): RecentNonces {
  const nonces = createRecentNonces();
  for (const { subject, detail } of audit.latest(MAX_REMEMBERED)) {
    if (typeof detail['nonce'] === 'string') nonces.add(subject, detail['nonce']);
  }
  return nonces;
}
