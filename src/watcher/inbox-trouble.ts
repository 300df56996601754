import { BonewatchError, isBonewatchError } from '../contract/errors.ts';
import { systemErrorCode } from './inspect-path.ts';

/** The current trouble of one inbox. */
export interface InboxTrouble {
  current(): BonewatchError | null;
  /** Reports a change of trouble once; null ends it. */
  readonly set: (error: BonewatchError | null) => void;
}

export function createInboxTrouble(
  inbox: string,
  onTrouble: (inbox: string, error: BonewatchError | null) => void,
): InboxTrouble {
  let current: BonewatchError | null = null;

  return {
    current: () => current,
    set(error) {
      if (error?.code === current?.code && error?.message === current?.message) return;
      current = error;
      onTrouble(inbox, error);
    },
  };
}

/** Why an inbox could not be scanned. Bugs are thrown on. */
export function toUnreachable(error: unknown): BonewatchError {
  if (isBonewatchError(error)) return error;
  const code = systemErrorCode(error);
  if (code === null) throw error;
  return new BonewatchError('INBOX_UNREACHABLE', `The export folder cannot be listed (${code}).`, {
    cause: error,
  });
}

export function partlyUnreachable(count: number): BonewatchError {
  const message = `The export folder contains sub-folders or names that cannot be read (${count}).`;
  return new BonewatchError('INBOX_UNREACHABLE', message);
}

export function notAnswering(): BonewatchError {
  return new BonewatchError('INBOX_UNREACHABLE', 'The export folder does not answer.');
}

export function eventsLost(): BonewatchError {
  const message = 'File-change events stopped for the export folder; it is polled instead.';
  return new BonewatchError('INBOX_EVENTS_LOST', message);
}
