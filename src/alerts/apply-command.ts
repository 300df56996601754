import type { Alert } from './alert.ts';
import { revised, unacknowledged } from './update-alert.ts';

/** What a person at a display, the console or a terminal wants of an alert. */
export interface AlertCommand {
  readonly ward: string;
  readonly alertId: string;
  readonly action: 'acknowledge' | 'unacknowledge' | 'close';
  /** Who, as they call themselves. */
  readonly by: string;
  readonly display: string | null;
  /** One per tap: the same command delivered twice has the same. */
  readonly nonce: string;
}

type Refusal = 'unknown-alert' | 'already-closed' | 'not-acknowledged';

/** `alert` is the very object given when the command changes nothing. */
export type CommandOutcome =
  | { readonly isRefused: false; readonly alert: Alert }
  | { readonly isRefused: true; readonly reason: Refusal };

export interface CommandContext {
  /** RFC 3339, UTC. */
  readonly now: string;
  /** Whether a command with this nonce was applied to this alert before. */
  hasSeen(nonce: string): boolean;
}

/**
 * Applies a command to the alert it names (null: there is none). A command that comes twice, or asks for what already
 * is, changes nothing; who acknowledged first stands. Only an acknowledged alert can be closed, and a closed one
 * stays closed.
 */
export function applyCommand(
  alert: Alert | null,
  command: AlertCommand,
  context: CommandContext,
): CommandOutcome {
  if (alert === null || alert.id !== command.alertId || alert.place.ward !== command.ward)
    return { isRefused: true, reason: 'unknown-alert' };
  if (context.hasSeen(command.nonce)) return { isRefused: false, alert };
  const isClosed = alert.state === 'closed';
  if (isClosed && command.action === 'close') return { isRefused: false, alert };
  if (isClosed) return { isRefused: true, reason: 'already-closed' };
  const isAcknowledged = alert.state === 'acknowledged';

  switch (command.action) {
    case 'acknowledge':
      if (isAcknowledged) return { isRefused: false, alert };
      return {
        isRefused: false,
        alert: revised(alert, acknowledged(alert, command, context.now), context.now),
      };
    case 'unacknowledge':
      if (!isAcknowledged) return { isRefused: false, alert };
      return { isRefused: false, alert: revised(alert, unacknowledged(alert), context.now) };
    case 'close':
      if (!isAcknowledged) return { isRefused: true, reason: 'not-acknowledged' };
      return { isRefused: false, alert: revised(alert, { ...alert, state: 'closed' }, context.now) };
  }
}

function acknowledged(alert: Alert, { by, display }: AlertCommand, now: string): Alert {
  return {
    ...alert,
    state: 'acknowledged',
    acknowledgedBy: { name: by, display },
    times: { ...alert.times, acknowledged: now },
  };
}
