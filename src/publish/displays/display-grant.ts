import { buildTopic, isTopicField, parseTopic } from '../../contract/topics.ts';
import { topicMatches } from '../broker/topic-matches.ts';

/** What a ward page may subscribe to and publish on the broker. */
export interface DisplayGrant {
  /** The page's display id, or the part of it before the first dot. */
  readonly displayId: string;
  readonly site: string;
  readonly device: string;
  /** The only ward; null: any. */
  readonly ward: string | null;
  /** Whether alerts may be acknowledged. */
  readonly mayAnswer: boolean;
  /** Whether the page counts as a display watching its wards. */
  readonly isWatching: boolean;
  /** The name on an acknowledgement; null: the name that the page sends. */
  readonly by: string | null;
}

const MAX_PAYLOAD_BYTES = 4_096;
const ANSWERS = new Set(['acknowledge', 'unacknowledge']);

/** Whether a page may use this display id on the broker. */
export function isOwnDisplayId({ displayId }: DisplayGrant, id: string): boolean {
  return id === displayId || (id.startsWith(`${displayId}.`) && isTopicField('display', id));
}

/** Whether a page with the display id `id` may subscribe to a filter. */
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
    buildTopic({ kind: 'image', ...ofDevice }),
    buildTopic({ kind: 'technical', ...ofDevice, code: '+' }),
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

/** The message as it is forwarded for a page with the display id `id`, under its own name only; null: not permitted. */
export function messageToForward(
  grant: DisplayGrant,
  id: string,
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
  const by = grant.by ?? body['by'];
  return { payload: toJson({ ...body, by, display: id }), retain: false };
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
