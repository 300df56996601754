import type { CommandSender } from '../../contract/command-sender.ts';
import { buildTopic, isTopicField, parseTopic } from '../../contract/topics.ts';
import { topicMatches } from '../broker/topic-matches.ts';
import type { CommandSignature } from './command-signature.ts';

/** What a ward page may subscribe to and publish on the broker. */
export interface DisplayGrant {
  /** The page's display id, or the part of it before the first dot; null: the page chooses one. */
  readonly displayId: string | null;
  readonly site: string;
  readonly device: string;
  /** The only ward; null: any. */
  readonly ward: string | null;
  /** Whether alerts may be acknowledged. */
  readonly mayAnswer: boolean;
  /** Whether the page counts as a display watching its wards. */
  readonly isWatching: boolean;
  /** Who sends its commands. A person acknowledges in their own name, others under the name that the page sends. */
  readonly sender: CommandSender;
}

const MAX_PAYLOAD_BYTES = 4_096;
const ANSWERS = new Set(['acknowledge', 'unacknowledge']);
/** Daemons and `doctor` have client ids like this: a page with the same one would end their connection. */
const OWN_CLIENT_ID = /^bonewatch-/;

/** Whether a page may use this display id on the broker. */
export function isOwnDisplayId({ displayId }: DisplayGrant, id: string): boolean {
  if (displayId === null) return isTopicField('display', id) && !OWN_CLIENT_ID.test(id);
  return id === displayId || (id.startsWith(`${displayId}.`) && isTopicField('display', id));
}

/**
 * Whether a page with the display id `id` may subscribe to a filter: alerts and events of its wards, the state of the
 * device, its own topics. Not to results of images, which hold the UIDs of every ward's studies, nor to technical alarms,
 * which name folders and other wards; a page learns their codes from info and health.
 */
export function maySubscribe({ site, device, ward }: DisplayGrant, id: string, filter: string): boolean {
  if (filter.includes('#')) return false;
  const wards = { site, ward: ward ?? '+' };
  const ofDevice = { site, device };
  const own = { site, display: id };
  const allowed = [
    buildTopic({ kind: 'alert', ...wards, alertId: '+' }),
    buildTopic({ kind: 'event', ...wards }),
    buildTopic({ kind: 'availability', ...ofDevice }),
    buildTopic({ kind: 'info', ...ofDevice }),
    buildTopic({ kind: 'health', ...ofDevice }),
    buildTopic({ kind: 'display-availability', ...own }),
    buildTopic({ kind: 'receipt', ...own }),
  ];
  return allowed.some((one) => topicMatches(one, filter));
}

interface PageMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

interface ForwardedMessage {
  readonly payload: Buffer;
  readonly retain: boolean;
}

/** The page whose messages are forwarded. */
export interface ForwardingPage {
  readonly grant: DisplayGrant;
  readonly id: string;
  readonly signature: CommandSignature;
}

/** The message as it is forwarded for a page, under its own name only and with its sender signed; null: not permitted. */
export function messageToForward(
  { grant, id, signature }: ForwardingPage,
  { topic, payload }: PageMessage,
): ForwardedMessage | null {
  const about = parseTopic(topic);
  if (payload.length > MAX_PAYLOAD_BYTES || about?.site !== grant.site) return null;
  const isOwnAvailability = about.kind === 'display-availability' && about.display === id;
  if (isOwnAvailability && payload.length === 0) return { payload, retain: true };
  const body = readObject(payload);
  if (body === null) return null;
  if (isOwnAvailability) return { payload: toJson(presence(grant, body)), retain: true };
  if (about.kind === 'receipt' && about.display === id) return { payload, retain: false };
  if (about.kind !== 'alert-command' || !mayCommand(grant, about.ward, body)) return null;
  const { sender } = grant;
  const by = sender.kind === 'person' ? sender.name : body['by'];
  // JSON has no undefined: a signature that the page sent is left out.
  const command = { ...body, by, display: id, sender, signature: undefined };
  return { payload: toJson({ ...command, signature: signature.sign(topic, command) }), retain: false };
}

function mayCommand(grant: DisplayGrant, ward: string, { action }: Record<string, unknown>): boolean {
  const isOwnWard = grant.ward === null || grant.ward === ward;
  return isOwnWard && grant.mayAnswer && ANSWERS.has(String(action));
}

/** A page watches its own wards only, and none if its user is not expected to act. */
function presence(
  { ward, isWatching }: DisplayGrant,
  body: Record<string, unknown>,
): Record<string, unknown> {
  const wards: readonly unknown[] = Array.isArray(body['wards']) ? body['wards'] : [];
  return { ...body, wards: isWatching ? wards.filter((one) => ward === null || one === ward) : [] };
}

function readObject(payload: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function toJson(value: Record<string, unknown>): Buffer {
  return Buffer.from(JSON.stringify(value));
}
