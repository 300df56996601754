import type { z } from 'zod';
import { configSchema, type Config } from '../schema.ts';
import { inboxSchema } from '../inbox-schema.ts';
import { wardSchema } from '../ward-schema.ts';

const inboxPart = inboxSchema.partial();
const wardPart = wardSchema.partial();

/** A configuration as far as it is valid, so that its parts can be compared although other parts have faults. */
export interface ValidParts extends Pick<
  Config,
  'alerts' | 'models' | 'broker' | 'store' | 'screens' | 'health'
> {
  /** In the order of the file; each without its invalid keys. */
  readonly inboxes: readonly z.infer<typeof inboxPart>[];
  readonly wards: readonly z.infer<typeof wardPart>[];
  /** Every id that the file gives to a ward, also an invalid one; null if the file has no list of wards. */
  readonly wardIds: readonly string[] | null;
}

type Path = readonly PropertyKey[];

/** More rounds than a value has levels: each removes what the schema refused. */
const MAX_ROUNDS = 10;

/** What is valid in a configuration. Invalid keys are left out; where they have a default, that is taken. */
export function validParts(raw: unknown): ValidParts {
  const { inboxes, wards, ...sections } = asRecord(raw);
  const { shape } = configSchema;
  return {
    inboxes: asList(inboxes).map((inbox) => validPart(inboxPart, inbox) ?? {}),
    wards: asList(wards).map((ward) => validPart(wardPart, ward) ?? {}),
    wardIds: Array.isArray(wards) && wards.length > 0 ? wards.flatMap(idOf) : null,
    alerts: validSection(shape.alerts, sections['alerts']),
    models: validSection(shape.models, sections['models']),
    broker: validSection(shape.broker, sections['broker']),
    store: validSection(shape.store, sections['store']),
    screens: validSection(shape.screens, sections['screens']),
    health: validSection(shape.health, sections['health']),
  };
}

function validSection<Section>(schema: z.ZodType<Section>, raw: unknown): Section {
  return validPart(schema, raw) ?? schema.parse(undefined);
}

function validPart<Part>(schema: z.ZodType<Part>, raw: unknown): Part | undefined {
  let left: unknown = structuredClone(raw);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = schema.safeParse(left);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const paths =
        issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      for (const path of paths) left = without(left, path);
    }
  }
  return undefined;
}

/** A value without what is at a path; without the whole list where that is inside a list. */
function without(value: unknown, path: Path): unknown {
  const inList = path.findIndex((key) => typeof key === 'number');
  const keys = inList === -1 ? path : path.slice(0, inList);
  const last = keys.at(-1);
  if (last === undefined) return undefined;
  const owner = keys
    .slice(0, -1)
    .reduce<Record<string, unknown>>((node, key) => asRecord(node[String(key)]), asRecord(value));
  Reflect.deleteProperty(owner, last);
  return value;
}

function idOf(ward: unknown): string[] {
  const { id } = asRecord(ward);
  return typeof id === 'string' ? [id] : [];
}

function asRecord(value: unknown): Record<string, unknown> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
