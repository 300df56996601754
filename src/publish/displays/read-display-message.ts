import { z } from 'zod';
import type { AlertCommand } from '../../alerts/apply-command.ts';
import type { CommandSender } from '../../contract/command-sender.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { CommandSignature } from './command-signature.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import { isTopicField, parseTopic, type Topic, type TopicKind } from '../../contract/topics.ts';
import { WITHDRAW_REASONS } from '../../contract/withdraw-reasons.ts';

const MAX_BYTES = 4_096;

/** Text from a person or a page: without control and direction characters, trimmed. */
function text(maxLength: number) {
  return z
    .string()
    .transform((raw) => raw.replace(/[\p{Cc}\p{Cf}]/gu, '').trim())
    .pipe(z.string().min(1).max(maxLength));
}

const wardId = z.string().refine((value) => isTopicField('ward', value));
const alertId = z.string().refine((value) => isTopicField('alertId', value));
const displayId = z.string().refine((value) => isTopicField('display', value));

const commandFields = z.object({
  by: text(60),
  display: displayId.nullish(),
  nonce: text(64),
  rev: z.int().min(1).nullish(),
});

const command = z.discriminatedUnion('action', [
  commandFields.extend({ action: z.enum(['acknowledge', 'unacknowledge', 'close']) }),
  commandFields.extend({ action: z.literal('withdraw'), reason: z.enum(WITHDRAW_REASONS) }),
]);

const sender = z.union([
  z.object({ kind: z.enum(['person', 'display']), name: z.string() }),
  z.object({ kind: z.literal('this-machine') }),
]);

const availability = z.object({
  state: z.enum(['online', 'offline']),
  wards: z.array(wardId).max(100),
  session: text(64),
  ts: text(40),
  /** The id of its pairing, if the display found that another machine uses it too. */
  duplicateOf: displayId.nullish().catch(null),
});

const receipt = z.object({ alert: alertId, rev: z.int().min(1) });

export type DisplayAvailability = z.infer<typeof availability>;

/** A display has this revision of an alert on its screen. */
export interface Receipt {
  readonly display: string;
  readonly alertId: string;
  readonly rev: number;
}

/**
 * `…/ward/<ward>/alert/<id>/set` → what a person at a display wants. Its sender is the one that the bridge signed, else
 * unverified. Fields it does not know are ignored.
 * @throws MESSAGE_INVALID: malformed, over 4 kB, or retained (a command acts once)
 */
export function readCommand(
  message: IncomingMessage,
  signature: Pick<CommandSignature, 'isValid'>,
): AlertCommand {
  if (message.isRetained) throw invalid('a retained command');
  const { ward, alertId } = topicOf(message, 'alert-command');
  const json = parseJson(message);
  const { display, rev, ...rest } = check(command, json);
  const verified = verifiedSender(message.topic, json, signature);
  return { ...rest, ward, alertId, display: display ?? null, rev: rev ?? null, sender: verified };
}

function verifiedSender(
  topic: string,
  json: unknown,
  signature: Pick<CommandSignature, 'isValid'>,
): CommandSender {
  const { signature: given, ...signed } = json as Readonly<Record<string, unknown>>;
  if (!signature.isValid(topic, signed, given)) return { kind: 'unverified' };
  return check(sender, signed['sender']);
}

/**
 * `…/display/<display>/availability` → which wards a display shows; null once its topic is cleared.
 * @throws MESSAGE_INVALID
 */
export function readDisplayAvailability(message: IncomingMessage): {
  readonly display: string;
  readonly availability: DisplayAvailability | null;
} {
  const { display } = topicOf(message, 'display-availability');
  return { display, availability: message.payload.length === 0 ? null : parse(availability, message) };
}

/** `…/display/<display>/received` → which alert revision a display has. @throws MESSAGE_INVALID */
export function readReceipt(message: IncomingMessage): Receipt {
  const { display } = topicOf(message, 'receipt');
  const { alert, rev } = parse(receipt, message);
  return { display, alertId: alert, rev };
}

function topicOf<Kind extends TopicKind>(
  { topic }: IncomingMessage,
  kind: Kind,
): Extract<Topic, { readonly kind: Kind }> {
  const parsed = parseTopic(topic);
  if (parsed?.kind !== kind) throw invalid('topic');
  return parsed as Extract<Topic, { readonly kind: Kind }>;
}

function parse<T>(schema: z.ZodType<T>, message: IncomingMessage): T {
  return check(schema, parseJson(message));
}

function parseJson({ payload }: IncomingMessage): unknown {
  if (payload.length > MAX_BYTES) throw invalid('too large');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw invalid('not JSON', cause);
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const paths = result.error.issues.map((issue) => issue.path.join('.') || 'not an object');
  throw invalid(paths.join(', '), result.error);
}

function invalid(what: string, cause?: unknown): BonewatchError {
  return new BonewatchError('MESSAGE_INVALID', `A message from a display is invalid: ${what}.`, { cause });
}
