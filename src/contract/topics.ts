/**
 * Every topic of the contract. A field never holds patient data and never `/`, `+`, `#` or a control character: the
 * configuration checks ids, and `parseTopic` checks received topics.
 */
const PATTERNS = {
  availability: '{site}/{device}/availability',
  info: '{site}/{device}/info',
  health: '{site}/{device}/health',
  image: '{site}/{device}/image',
  technical: '{site}/{device}/technical/{code}',
  alert: '{site}/ward/{ward}/alert/{alertId}',
  'alert-command': '{site}/ward/{ward}/alert/{alertId}/set',
  event: '{site}/ward/{ward}/event',
  'display-availability': '{site}/display/{display}/availability',
  receipt: '{site}/display/{display}/received',
} as const;

const ROOT = 'bonewatch/v1';

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const FIELDS = {
  site: ID,
  device: ID,
  ward: ID,
  // The only field in upper case: it distinguishes a device called `ward` from a ward.
  code: /^[A-Z][A-Z0-9_]*$/,
  alertId: /^[0-9A-Za-z-]{1,64}$/,
  display: /^[\w.-]{1,64}$/,
} as const;

/** Whether a text may stand in a field of a topic. */
export function isTopicField(name: Field, value: string): boolean {
  return FIELDS[name].test(value);
}

export type TopicKind = keyof typeof PATTERNS;
type Field = keyof typeof FIELDS;
type FieldsOf<Pattern> = Pattern extends `${string}{${infer Name extends Field}}${infer Rest}`
  ? Name | FieldsOf<Rest>
  : never;

/** A topic by its kind, with the fields that this kind has. */
export type Topic = {
  readonly [Kind in TopicKind]: { readonly kind: Kind } & {
    readonly [Name in FieldsOf<(typeof PATTERNS)[Kind]>]: string;
  };
}[TopicKind];

/** A topic as it is published to; with `+` as a field, the filter over all its values. */
export function buildTopic(topic: Topic): string {
  const fields: Readonly<Record<string, string>> = topic;
  return `${ROOT}/${PATTERNS[topic.kind].replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? '')}`;
}

/** The kind and fields of a topic; null for a topic outside the contract. The inverse of `buildTopic`. */
export function parseTopic(topic: string): Topic | null {
  if (!topic.startsWith(`${ROOT}/`)) return null;
  const levels = topic.slice(ROOT.length + 1).split('/');
  for (const [kind, pattern] of Object.entries(PATTERNS)) {
    const fields = matchLevels(pattern.split('/'), levels);
    if (fields !== null) return { kind, ...fields } as Topic;
  }
  return null;
}

function matchLevels(
  pattern: readonly string[],
  levels: readonly string[],
): Readonly<Record<string, string>> | null {
  if (pattern.length !== levels.length) return null;
  const fields: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const level = levels[index] ?? '';
    const name = wanted.startsWith('{') ? wanted.slice(1, -1) : null;
    if (name === null ? level !== wanted : !FIELDS[name as Field].test(level)) return null;
    if (name !== null) fields[name] = level;
  }
  return fields;
}
