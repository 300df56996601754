import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

type Fields = Readonly<Record<string, unknown>>;

/** Signs the commands that the bridge forwards, so that the daemon can trust the sender they name. */
export interface CommandSignature {
  /** The signature of a command on its topic. */
  sign(topic: string, command: Fields): string;
  /** Whether a command was signed here and is unchanged since. */
  isValid(topic: string, command: Fields, signature: unknown): boolean;
}

/**
 * Creates signatures with a secret of this process: HMAC-SHA256 over topic and command. The broker and all its clients
 * see commands, but cannot make one or change one.
 */
export function createCommandSignature(secret: Uint8Array = randomBytes(32)): CommandSignature {
  const sign = (topic: string, command: Fields): string =>
    createHmac('sha256', secret)
      .update(`${topic}\n${JSON.stringify(command)}`)
      .digest('base64url');
  return {
    sign,
    isValid(topic, command, signature) {
      if (typeof signature !== 'string') return false;
      const [expected, given] = [Buffer.from(sign(topic, command)), Buffer.from(signature)];
      return expected.length === given.length && timingSafeEqual(expected, given);
    },
  };
}
