import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Alert } from '../../src/contract/alert.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/store-0.1.0', import.meta.url));

/** The content of a store of release 0.1.0, which every later release must preserve; read by SQL from its database. */
export interface FactsOf010 {
  readonly schemaVersion: number;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly inbox: string;
  /** How many rows each table holds. */
  readonly rows: Readonly<Record<string, number>>;
  readonly arrivals: readonly {
    readonly path: string;
    readonly revision: number;
    readonly status: string;
    readonly attempts: number;
    readonly reason: string | null;
    readonly outcome: string | null;
    readonly isRetried: 0 | 1;
    readonly isSuperseded: 0 | 1;
  }[];
  /** `state` as the table has it, where a withdrawn alert that is still shown is `withdrawn`. */
  readonly alerts: readonly (Pick<
    Alert,
    'id' | 'rev' | 'wards' | 'acknowledgedBy' | 'withdrawn' | 'escalation' | 'caseRef'
  > & { readonly ward: string; readonly state: Alert['state'] | 'withdrawn' })[];
  /** Pending messages for the broker, in the order in which they were written. */
  readonly pending: readonly {
    readonly seq: number;
    readonly topic: string;
    readonly orderKey: string | null;
    readonly createdAt: number;
    readonly isCleared: boolean;
    /** Of the payload. */
    readonly sha256: string;
  }[];
  readonly receipts: readonly {
    readonly alertId: string;
    readonly display: string;
    readonly rev: number;
  }[];
  readonly verdicts: readonly {
    readonly kind: string;
    readonly finding: number | null;
    readonly reason: string | null;
    readonly by: string;
    readonly isUndone: 0 | 1;
  }[];
  readonly reruns: readonly {
    readonly arrivalId: number;
    readonly model: string;
    readonly by: string;
    readonly outcome: string;
  }[];
  readonly users: readonly { readonly name: string; readonly role: string }[];
  /** Of every user. */
  readonly password: string;
  readonly displays: readonly { readonly id: string; readonly name: string; readonly ward: string }[];
  /** Cookies of the signed-in user and of the two paired displays. */
  readonly cookies: Readonly<Record<'session' | 'wall' | 'desk', string>>;
  readonly audit: { readonly entries: number; readonly lastHash: string };
}

export const factsOf010 = JSON.parse(readFileSync(join(FIXTURE, 'facts.json'), 'utf8')) as FactsOf010;

/** Retained messages of the broker at the last connection: topic → payload. */
export const retainedOf010 = JSON.parse(readFileSync(join(FIXTURE, 'retained.json'), 'utf8')) as Readonly<
  Record<string, string>
>;

/** Writes an exact copy of the database of release 0.1.0 to a path. */
export function writeStoreOf010(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, gunzipSync(readFileSync(join(FIXTURE, 'bonewatch.db.gz'))), { mode: 0o600 });
}
