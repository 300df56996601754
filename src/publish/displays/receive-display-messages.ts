import type { Logger } from '../../contract/logger.ts';
import type { AlertCommand } from '../../alerts/apply-command.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import { buildTopic } from '../../contract/topics.ts';
import type { Broker } from '../broker/connect-broker.ts';
import type { CommandSignature } from './command-signature.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import {
  readCommand,
  readDisplayAvailability,
  readReceipt,
  type DisplayAvailability,
  type Receipt,
} from './read-display-message.ts';

export interface DisplayMessageOptions {
  readonly site: string;
  readonly broker: Pick<Broker, 'subscribe'>;
  /** Verifies who sent a command. */
  readonly signature: Pick<CommandSignature, 'isValid'>;
  onCommand(command: AlertCommand): void;
  /** `availability` is null once a display is removed. */
  onAvailability(display: string, availability: DisplayAvailability | null): void;
  onReceipt(receipt: Receipt): void;
  readonly log: Logger;
}

/**
 * Turns messages of the ward displays into typed calls. A message that breaks the contract is logged by code and
 * dropped. Commands for alerts of other devices arrive too: the topic does not name the device.
 */
export function receiveDisplayMessages(options: DisplayMessageOptions): Disposable {
  const { site, broker, signature, log } = options;

  const subscriptions = [
    broker.subscribe(
      buildTopic({ kind: 'alert-command', site, ward: '+', alertId: '+' }),
      dropInvalid(log, (message) => {
        const command = readCommand(message, signature);
        return () => options.onCommand(command);
      }),
    ),
    broker.subscribe(
      buildTopic({ kind: 'display-availability', site, display: '+' }),
      dropInvalid(log, (message) => {
        const { display, availability } = readDisplayAvailability(message);
        return () => options.onAvailability(display, availability);
      }),
    ),
    broker.subscribe(
      buildTopic({ kind: 'receipt', site, display: '+' }),
      dropInvalid(log, (message) => {
        const receipt = readReceipt(message);
        return () => options.onReceipt(receipt);
      }),
    ),
  ];

  return {
    [Symbol.dispose]() {
      for (const subscription of subscriptions) subscription.close();
    },
  };
}

/** Reads a message and acts on it; one that cannot be read is logged by its code and dropped. */
function dropInvalid(log: Logger, read: (message: IncomingMessage) => () => void) {
  return (message: IncomingMessage) => {
    let act: () => void;
    try {
      act = read(message);
    } catch (error) {
      if (!isBonewatchError(error, 'MESSAGE_INVALID')) throw error;
      log.warn({ code: error.code, reason: error.message }, 'message dropped');
      return;
    }
    act();
  };
}
