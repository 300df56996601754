import type { RejectedCommand } from '../../../contract/command-rejection.ts';
import type { Alert, AlertState, Priority, WithdrawReason } from '../../../contract/alert.ts';

export interface Availability {
  readonly state: 'online' | 'stopped' | 'offline';
  readonly session: string | null;
  readonly ts: string;
}

export interface Health {
  readonly ts: string;
  readonly lastImageAt: string | null;
  /** When each image of today arrived, at most 200 of them; null if the device does not report it. */
  readonly imagesToday: readonly string[] | null;
  /** Null if the device does not report it. */
  readonly degraded: readonly string[] | null;
  /** The wards that some alerts do not reach; null if the device does not report them. */
  readonly undeliveredWards: readonly string[] | null;
  /** How many export folders it has and how many of them are unreachable; null if it does not report them. */
  readonly inboxes: { readonly count: number; readonly unreachable: number } | null;
}

type Fields = Readonly<Record<string, unknown>>;

const ALERT_STATES: readonly string[] = [
  'open',
  'acknowledged',
  'escalated',
  'closed',
] satisfies AlertState[];
const REASONS: readonly WithdrawReason[] = ['no-fracture', 'old-fracture', 'artefact', 'wrong-image'];
const REJECTIONS: readonly RejectedCommand['reason'][] = [
  'already-closed',
  'not-acknowledged',
  'sign-in-required',
  'outdated',
];
const PRIORITIES: readonly string[] = ['high', 'medium', 'low'] satisfies Priority[];

/** Parses a retained alert; null for an invalid payload, so that it cannot break a wall screen. */
export function readAlert(payload: string): Alert | null {
  const fields = readFields(payload);
  if (fields === null || !isText(fields.id) || !Number.isInteger(fields.rev)) return null;
  if (!ALERT_STATES.includes(String(fields.state)) || !PRIORITIES.includes(String(fields.priority)))
    return null;
  const times = asFields(fields.times);
  const images = asFields(fields.images);
  const place = asFields(fields.place);
  if (!isTime(times?.received)) return null;
  return {
    ...fields,
    caseRef: isText(fields.caseRef) ? fields.caseRef : '',
    bodyPart: isText(fields.bodyPart) ? fields.bodyPart : null,
    laterality: readLaterality(fields.laterality),
    sites: readSites(fields.sites),
    place: { ward: textOr(place?.ward, ''), room: textOr(place?.room, null), bed: textOr(place?.bed, null) },
    images: { count: countOr(images?.count, 1), withFindings: countOr(images?.withFindings, 1) },
    times: {
      ...times,
      acquired: textOr(times.acquired, null),
      acknowledged: readTime(times.acknowledged),
    },
    wards: readTexts(fields.wards),
    newsRev: countOr(fields.newsRev, 1),
    isQuiet: fields.isQuiet === true,
    isPictureUncertain: fields.isPictureUncertain === true,
    escalation: asFields(fields.escalation),
    withdrawn: readWithdrawn(fields.withdrawn),
    acknowledgedBy: readAcknowledgedBy(fields.acknowledgedBy),
    thumbnail: readThumbnail(fields.thumbnail),
  } as unknown as Alert;
}

/** The rejected command in an alert, and the reason; null if there is none that this display can explain. */
export function readRejection(payload: string): Pick<RejectedCommand, 'nonce' | 'reason'> | null {
  const rejected = asFields(readFields(payload)?.rejected);
  const reason = REJECTIONS.find((one) => one === rejected?.reason);
  return reason !== undefined && isText(rejected?.nonce) ? { nonce: rejected.nonce, reason } : null;
}

/** Parses the device's availability; null for an invalid payload. */
export function readAvailability(payload: string): Availability | null {
  const fields = readFields(payload);
  const state = fields?.state;
  if (state !== 'online' && state !== 'stopped' && state !== 'offline') return null;
  return { state, session: textOr(fields?.session, null), ts: textOr(fields?.ts, '') };
}

/** Parses a health message; null for an invalid payload. */
export function readHealth(payload: string): Health | null {
  const fields = readFields(payload);
  if (fields === null) return null;
  return {
    ts: textOr(fields.ts, ''),
    lastImageAt: readTime(fields.lastImageAt ?? asFields(fields.lastImage)?.at),
    imagesToday: Array.isArray(fields.imagesToday) ? fields.imagesToday.filter(isTime) : null,
    degraded: Array.isArray(fields.degraded) ? readTexts(fields.degraded) : null,
    undeliveredWards: Array.isArray(fields.undeliveredWards) ? readTexts(fields.undeliveredWards) : null,
    inboxes: readInboxes(fields.watcher),
  };
}

function readInboxes(value: unknown): Health['inboxes'] {
  const fields = asFields(value);
  if (fields === null || typeof fields.inboxes !== 'number') return null;
  return { count: countOr(fields.inboxes, 0), unreachable: countOr(fields.unreachable, 0) };
}

/** What the device states about its faults. */
export interface DeviceFaults {
  /** The codes of its degradations: it is slower or less accurate than configured. */
  readonly degraded: readonly string[];
  /** The wards that some alerts do not reach. */
  readonly undeliveredWards: readonly string[];
}

/** Parses the faults in the device's info; none for an invalid payload. */
export function readFaults(payload: string): DeviceFaults {
  const fields = readFields(payload);
  return {
    degraded: readTexts(fields?.degraded),
    undeliveredWards: readTexts(fields?.undeliveredWards),
  };
}

/** A presence message of a display: its session, its state and when it was sent; null for an invalid one. */
export function readDisplaySession(
  payload: string,
): { readonly session: string; readonly isOnline: boolean; readonly at: number } | null {
  const fields = readFields(payload);
  if (!isText(fields?.session) || !isTime(fields.ts)) return null;
  return { session: fields.session, isOnline: fields.state === 'online', at: Date.parse(fields.ts) };
}

function readFields(payload: string): Fields | null {
  try {
    return asFields(JSON.parse(payload));
  } catch {
    return null;
  }
}

function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function readAcknowledgedBy(value: unknown): Alert['acknowledgedBy'] {
  const fields = asFields(value);
  return isText(fields?.name) ? { name: fields.name, display: textOr(fields.display, null) } : null;
}

/** Accepts only the picture addresses of our own server. */
function readThumbnail(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/api\/ward\/[\w-]+\/alerts\/\w+\/picture\?news=\d+$/.test(value)
    ? value
    : undefined;
}

/** A reason of a later version is shown as another one. */
function readWithdrawn(value: unknown): Alert['withdrawn'] {
  const fields = asFields(value);
  if (fields === null || !isTime(fields.at)) return null;
  const reason = REASONS.find((one) => one === fields.reason) ?? 'other';
  return { by: textOr(fields.by, ''), reason, at: fields.at };
}

function readLaterality(value: unknown): Alert['laterality'] {
  return value === 'L' || value === 'R' || value === 'B' ? value : null;
}

function readSites(value: unknown): Alert['sites'] {
  if (!Array.isArray(value)) return [];
  return value.map(asFields).flatMap((site) => {
    if (site === null) return [];
    return [{ bodyPart: textOr(site.bodyPart, null), laterality: readLaterality(site.laterality) }];
  });
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(isText) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && Number.isFinite(Date.parse(value));
}

function readTime(value: unknown): string | null {
  return isTime(value) ? value : null;
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return isText(value) ? value : otherwise;
}

function countOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : otherwise;
}
