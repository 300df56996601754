import type { Clock } from '../../contract/clock.ts';
import { applyCommand, type AlertCommand } from '../../alerts/apply-command.ts';
import { createRecentNonces, type RecentNonces } from '../../alerts/recent-nonces.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { alertMessages, type AlertOrigin } from '../../publish/messages/alert-messages.ts';
import type { Store } from '../../store/open-store.ts';

export interface AlertCommandDeps {
  readonly store: Store;
  readonly origin: AlertOrigin;
  readonly clock: Clock;
}

/** Why a command changed nothing although it asked for something; null when it was carried out. */
export type CommandRejection = ErrorCode | null;

const KINDS: Readonly<Record<AlertCommand['action'], string>> = {
  acknowledge: 'alert-acknowledged',
  unacknowledge: 'alert-unacknowledged',
  close: 'alert-closed',
  withdraw: 'alert-withdrawn',
};
const REMEMBERED = 1_000;

/**
 * What a person said of an alert, carried out: alert, messages and audit in one transaction. Commands about alerts of
 * other devices are theirs to answer.
 */
export function handleAlertCommand(
  { store, origin, clock }: AlertCommandDeps,
  command: AlertCommand,
  nonces: RecentNonces,
): CommandRejection {
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
    const { ward, display, nonce } = command;
    const reason = command.action === 'withdraw' ? { reason: command.reason } : {};
    store.recordAlertChange(outcome.alert, alertMessages(origin, before, outcome.alert), {
      at: now,
      kind: KINDS[command.action],
      actor: command.by,
      subject: command.alertId,
      detail: { ward, display, nonce, ...reason, rev: outcome.alert.rev },
    });
    return null;
  });
}

/** The commands that were carried out of late: a display that sends one again after a restart is not obeyed twice. */
export function loadRecentNonces({ audit }: Pick<Store, 'audit'>): RecentNonces {
  const nonces = createRecentNonces();
  for (const { subject, detail } of audit.latest(REMEMBERED)) {
    if (typeof detail['nonce'] === 'string') nonces.add(subject, detail['nonce']);
  }
  return nonces;
}
