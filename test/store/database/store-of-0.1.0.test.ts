import { createHash } from 'node:crypto';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { parseTopic } from '../../../src/contract/topics.ts';
import { verifyPassword } from '../../../src/screens/access/password-hash.ts';
import { checkDatabase } from '../../../src/store/database/check-database.ts';
import { copyDatabase } from '../../../src/store/database/recovery/copy-database.ts';
import { MIGRATIONS } from '../../../src/store/database/migrations.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { factsOf010 as facts, writeStoreOf010 } from '../../support/store-of-0.1.0.ts';
import { aFolder, aStore } from '../a-store.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A moment after the release had written its last row. */
const clock = { now: () => facts.madeAt };

function anUpgradedStore(path = join(aFolder(), 'bonewatch.db')): Store {
  writeStoreOf010(path);
  return aStore({ path, clock });
}

/** Every row of every table that release 0.1.0 made, in the columns that it knew. */
function rowsOf(path: string, columnsOf: ReadonlyMap<string, readonly string[]>): Record<string, unknown[]> {
  const database = new SqliteDatabase(path, { readonly: true });
  try {
    return Object.fromEntries(
      [...columnsOf].map(([table, columns]) => {
        const list = columns.map((column) => `"${column}"`).join(', ');
        return [table, database.prepare<[]>(`SELECT ${list} FROM ${table} ORDER BY 1, 2`).all()];
      }),
    );
  } finally {
    database.close();
  }
}

function columnsIn(path: string): ReadonlyMap<string, readonly string[]> {
  const database = new SqliteDatabase(path, { readonly: true });
  const columns = database.prepare<[], { readonly name: string; readonly column: string }>(
    `SELECT s.name, c.name AS "column" FROM sqlite_schema s JOIN pragma_table_info(s.name) c
     WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%'`,
  );
  const found = Map.groupBy(columns.all(), ({ name }) => name);
  database.close();
  return new Map([...found].map(([table, rows]) => [table, rows.map(({ column }) => column)]));
}

it('migrates a database of release 0.1.0 without changing or losing one value in it', () => {
  const path = join(aFolder(), 'bonewatch.db');
  writeStoreOf010(path);
  const columns = columnsIn(path);
  const before = rowsOf(path, columns);
  expect(Object.fromEntries(Object.entries(before).map(([table, rows]) => [table, rows.length]))).toEqual(
    facts.rows,
  );

  openStore(path, { clock })[Symbol.dispose]();

  expect(rowsOf(path, columns)).toEqual(before);
  expect(MIGRATIONS.length).toBeGreaterThan(facts.schemaVersion);
});

it('finds the images, alerts and audit log of release 0.1.0 in a migrated database', () => {
  const store = anUpgradedStore();

  const current = facts.arrivals.filter(({ isSuperseded }) => isSuperseded === 0);
  const listed = store.images.list();
  expect(
    listed.map(({ file, status, outcome, reason, revision }) => ({
      ...{
        path: file.slice(facts.inbox.length + 1),
        status,
        outcome,
        reason: reason?.code ?? null,
        revision,
      },
    })),
  ).toEqual(
    expect.arrayContaining(
      current.map(({ path, status, outcome, reason, revision }) => ({
        ...{ path, status, outcome, reason, revision },
      })),
    ),
  );
  expect(listed).toHaveLength(current.length);
  for (const { id, ward, state, ...rest } of facts.alerts) {
    const shown = state === 'withdrawn' ? 'closed' : state;
    expect(store.alerts.get(id)).toMatchObject({ ...rest, state: shown });
    expect(store.alerts.get(id)?.place.ward).toBe(ward);
  }
  const isShown = facts.alerts.filter(({ state }) => state !== 'closed').map(({ id }) => id);
  expect(store.alerts.shown().map(({ id }) => id)).toEqual(isShown);
  expect(store.audit.verify()).toEqual({ rows: facts.audit.entries, brokenAt: null });
  expect([...store.audit.rows()].at(-1)?.hash).toBe(facts.audit.lastHash);
});

it('gives the same case reference to a study that release 0.1.0 had named', () => {
  const store = anUpgradedStore();

  for (const { id, caseRef } of facts.alerts) {
    expect(store.caseRefs.of(store.alerts.studyKeyOf(id) ?? '')).toBe(caseRef);
  }
});

it('offers the pending messages of release 0.1.0 in their order, with the facts of each in its columns', () => {
  const store = anUpgradedStore();

  const pending = store.outbox.pending(1000);

  expect(
    pending.map(({ seq, topic, orderKey, createdAt, payload }) => ({
      ...{ seq, topic, orderKey, createdAt, isCleared: payload === '' },
      sha256: createHash('sha256').update(payload).digest('hex'),
    })),
  ).toEqual(facts.pending);
  for (const message of pending) {
    const topic = parseTopic(message.topic);
    const payload = (message.payload === '' ? {} : JSON.parse(message.payload)) as {
      readonly rev?: number;
      readonly after?: { readonly id: string; readonly rev: number } | null;
      readonly before?: { readonly id: string; readonly rev: number } | null;
    };
    if (topic?.kind === 'image') {
      expect(message).toMatchObject({ ward: null, alertId: null, rev: null });
      expect(message.writtenAt).toBeGreaterThan(facts.madeAt - DAY_MS);
      continue;
    }
    if (topic?.kind !== 'alert' && topic?.kind !== 'event') throw new Error(message.topic);
    const alert = topic.kind === 'alert' ? topic.alertId : (payload.after ?? payload.before)?.id;
    const rev = message.payload === '' ? null : (payload.rev ?? null);
    expect(message).toMatchObject({ ward: topic.ward, alertId: alert, rev, writtenAt: null });
  }
  expect(new Set(pending.map(({ target }) => target))).toEqual(new Set(['mqtt']));
});

it('signs in the users of release 0.1.0 with their passwords, and knows the session and the paired displays', async () => {
  const store = anUpgradedStore();

  for (const { name, role } of facts.users) {
    const user = store.users.find(name);
    expect(user).toMatchObject({ name, role });
    expect(await verifyPassword(facts.password, user?.password ?? '')).toBe(true);
  }
  const limits = { idleMs: DAY_MS, maxMs: DAY_MS, isAlive: false };
  expect(store.sessions.find(tokenOf('session'), limits)).toMatchObject({ name: 'Han' });
  for (const name of ['wall', 'desk'] as const) {
    const { id, ward } = facts.displays.find((display) => display.name === name) ?? {};
    expect(store.displays.find(tokenOf(name))).toEqual({ id, name, ward });
  }
});

it('finds receipts, verdicts and reruns of release 0.1.0 in a migrated database', () => {
  const store = anUpgradedStore();

  for (const { alertId } of facts.receipts) expect(store.receipts.count(alertId)).toBe(1);
  const ids = facts.verdicts.map((_, index) => index + 1);
  expect(
    ids
      .map((id) => store.verdicts.get(id))
      .map((verdict) => ({
        ...{ kind: verdict?.kind, finding: verdict?.finding, reason: verdict?.reason, by: verdict?.by },
      })),
  ).toEqual(facts.verdicts.map(({ kind, finding, reason, by }) => ({ kind, finding, reason, by })));
  for (const { arrivalId, model, by, outcome } of facts.reruns)
    expect(store.reruns.of(arrivalId)).toMatchObject([{ model, by, result: { outcome } }]);
});

it('checks and backs up a migrated database without a fault', () => {
  const path = join(aFolder(), 'bonewatch.db');
  anUpgradedStore(path);
  const copy = `${path}.backup`;

  copyDatabase(path, copy, { now: 0, since: 0 });

  expect(checkDatabase(path, 'full')).toEqual([]);
  expect(checkDatabase(copy, 'full')).toEqual([]);
  expect(rowsOf(copy, columnsIn(path))).toEqual(rowsOf(path, columnsIn(path)));
});

/** What stands in a cookie behind its name. */
function tokenOf(cookie: keyof typeof facts.cookies): string {
  return facts.cookies[cookie].split('=')[1] ?? '';
}
