import type { Alert, WithdrawReason } from '../contract/alert.ts';
import type { CommandRejection } from '../contract/command-rejection.ts';
import type { CommandSender } from '../contract/command-sender.ts';
import { revised, unacknowledged } from './update-alert.ts';

interface CommandBase {
  /** The ward of its topic: any ward that shows the alert may answer it. */
  readonly ward: string;
  readonly alertId: string;
  /** The name that the person chose or entered; the wards show it. */
  readonly by: string;
  /** Who sent it, as far as that was verified. */
  readonly sender: CommandSender;
  readonly display: string | null;
  /** One per tap: a command that is delivered twice has the same nonce. */
  readonly nonce: string;
  /** The revision that the person saw; null if unknown. */
  readonly rev: number | null;
}

/** A command for an alert from a display, the console or the command line. */
export type AlertCommand = CommandBase &
  (
    | { readonly action: 'acknowledge' | 'unacknowledge' | 'close' }
    | { readonly action: 'withdraw'; readonly reason: WithdrawReason }
  );

/** `alert` is the same object as the input if the command changes nothing. */
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
 * Applies a command to the alert it names (null: unknown). A repeated command, or one whose effect is already in place,
 * changes nothing; the first acknowledgement stands. Only an acknowledged alert can be closed; a closed one stays
 * closed. Whatever ends an alert needs a sender who signed in. An acknowledgement of a revision before the last news is rejected: the person has not seen that news.
 */
export function applyCommand(
  alert: Alert | null,
  command: AlertCommand,
  context: CommandContext,
): CommandOutcome {
  if (alert === null || alert.id !== command.alertId || !alert.wards.includes(command.ward))
    return { isRefused: true, reason: 'unknown-alert' };
  if (endsAlert(command) && !mayEnd(command.sender)) return { isRefused: true, reason: 'sign-in-required' };
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

function endsAlert({ action }: AlertCommand): boolean {
  return action === 'close' || action === 'withdraw';
}

/** A display shows who stood in front of it, not who they are, and a client of the broker may invent a name. */
function mayEnd({ kind }: CommandSender): boolean {
  return kind === 'person' || kind === 'terminal';
}

/** Closing or withdrawing a closed alert again changes nothing. */
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

/** An undone acknowledgement sounds again: the person wants the alert to be answered. */
function reopened(alert: Alert, now: string): Alert {
  const open = unacknowledged(alert, now);
  return { ...open, times: { ...open.times, sounded: now } };
}
