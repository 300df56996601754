import type { Alert, WithdrawReason } from '../contract/alert.ts';
import type { CommandRejection } from '../contract/command-rejection.ts';
import { revised, unacknowledged } from './update-alert.ts';

interface CommandBase {
  /** Of the topic it came by: any ward that sees the alert may answer it. */
  readonly ward: string;
  readonly alertId: string;
  /** Who, as they call themselves. */
  readonly by: string;
  readonly display: string | null;
  /** One per tap: the same command delivered twice has the same. */
  readonly nonce: string;
  /** The revision that the person saw; null where nobody says. */
  readonly rev: number | null;
}

/** What a person at a display, the console or a terminal wants of an alert. */
export type AlertCommand = CommandBase &
  (
    | { readonly action: 'acknowledge' | 'unacknowledge' | 'close' }
    | { readonly action: 'withdraw'; readonly reason: WithdrawReason }
  );

/** `alert` is the very object given when the command changes nothing. */
export type CommandOutcome =
  | { readonly isRefused: false; readonly alert: Alert }
  | { readonly isRefused: true; readonly reason: CommandRejection };

export interface CommandContext {
  /** RFC 3339, UTC. */
  readonly now: string;
  /** Whether a command with this nonce was applied to this alert before. */
  hasSeen(nonce: string): boolean;
}

/**
 * Applies a command to the alert it names (null: there is none). A command that comes twice, or asks for what already
 * is, changes nothing; who acknowledged first stands. Only an acknowledged alert can be closed; a closed one stays
 * closed. What a person said of a revision before the last news is refused: they have not seen that news.
 */
export function applyCommand(
  alert: Alert | null,
  command: AlertCommand,
  context: CommandContext,
): CommandOutcome {
  if (alert === null || alert.id !== command.alertId || !alert.wards.includes(command.ward))
    return { isRefused: true, reason: 'unknown-alert' };
  if (context.hasSeen(command.nonce)) return { isRefused: false, alert };
  if (alert.state === 'closed') return answerClosed(alert, command);
  const isAcknowledged = alert.state === 'acknowledged';
  const isOutdated = command.rev !== null && command.rev < alert.newsRev;
  if (command.action !== 'unacknowledge' && isOutdated) return { isRefused: true, reason: 'outdated' };
  const become = (changed: Alert): CommandOutcome => ({
    isRefused: false,
    alert: revised(alert, changed, context.now),
  });

  switch (command.action) {
    case 'acknowledge':
      return isAcknowledged ? { isRefused: false, alert } : become(acknowledged(alert, command, context.now));
    case 'unacknowledge':
      return isAcknowledged ? become(reopened(alert, context.now)) : { isRefused: false, alert };
    case 'close':
      if (!isAcknowledged) return { isRefused: true, reason: 'not-acknowledged' };
      return become({ ...alert, state: 'closed', times: { ...alert.times, cleared: context.now } });
    case 'withdraw':
      return become({
        ...alert,
        state: 'closed',
        isQuiet: false,
        escalation: null,
        withdrawn: { by: command.by, reason: command.reason, at: context.now },
      });
  }
}

/** Closing or withdrawing again asks for what already is. */
function answerClosed(alert: Alert, { action }: AlertCommand): CommandOutcome {
  const isSo = action === 'close' || (action === 'withdraw' && alert.withdrawn !== null);
  return isSo ? { isRefused: false, alert } : { isRefused: true, reason: 'already-closed' };
}

function acknowledged(alert: Alert, { by, display }: AlertCommand, now: string): Alert {
  return {
    ...alert,
    state: 'acknowledged',
    isQuiet: false,
    escalation: null,
    acknowledgedBy: { name: by, display },
    times: { ...alert.times, acknowledged: now },
  };
}

/** Whoever takes an acknowledgement back wants somebody to come: that sounds. */
function reopened(alert: Alert, now: string): Alert {
  const open = unacknowledged(alert, now);
  return { ...open, times: { ...open.times, sounded: now } };
}
