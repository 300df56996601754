import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { migrate } from '../../../src/store/database/migrate.ts';
import { MIGRATIONS } from '../../../src/store/database/migrations.ts';
import { createOutbox } from '../../../src/store/alerts/outbox.ts';
import { aFolder, anAlert } from '../a-store.ts';

/** How many steps the schema of 0.1.0 has. */
const SCHEMA_0_1_0 = 6;
const STEPS = ['CREATE TABLE a (x INTEGER) STRICT', 'ALTER TABLE a ADD COLUMN y TEXT'];

it('brings an empty file up to date, and runs each step once', () => {
  using database = anEmptyDatabase();

  migrate(database, STEPS);
  migrate(database, STEPS);

  expect(database.pragma('user_version')).toBe(2);
});

it('continues from the last step of an older version', () => {
  using database = anEmptyDatabase();
  migrate(database, STEPS.slice(0, 1));
  database.execute('INSERT INTO a VALUES (1)');

  migrate(database, STEPS);

  expect(database.prepare<[], unknown>('SELECT * FROM a').all()).toEqual([{ x: 1, y: null }]);
});

it('stays between two steps when one fails half-way', () => {
  using database = anEmptyDatabase();
  const broken = 'CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (x INTEGER) STRICT';

  expect(() => migrate(database, [STEPS[0] ?? '', broken])).toThrow('already exists');

  expect(database.pragma('user_version')).toBe(1);
  expect(database.prepare<[], unknown>(`SELECT * FROM sqlite_schema WHERE name = 'b'`).all()).toEqual([]);
});

it('gives an alert of the first version the fields of later versions', () => {
  using database = anEmptyDatabase();
  migrate(database, MIGRATIONS.slice(0, 1));
  const { times } = anAlert();
  const later = ['newsRev', 'sites', 'wards', 'isQuiet', 'escalation', 'withdrawn'];
  const old = anAlert();
  const json = JSON.stringify(
    { ...old, times: without(times, ['raised', 'sounded', 'cleared']) },
    (key, value: unknown) => (later.includes(key) ? undefined : value),
  );
  database
    .prepare<[string, string]>(`INSERT INTO alerts VALUES (?, 's', 'er', 'open', 'high', 1, ?, 1, 1)`)
    .run(old.id, json);

  migrate(database, MIGRATIONS);

  const [row] = database.prepare<[], { readonly json: string }>('SELECT json FROM alerts').all();
  const received = anAlert().times.received;
  expect(JSON.parse(row?.json ?? '')).toEqual({
    ...anAlert(),
    times: { ...times, raised: received, sounded: received },
  });
});

it('fills the columns of messages that an older version wrote, and delivers those that wait', () => {
  using database = anEmptyDatabase();
  migrate(database, MIGRATIONS.slice(0, SCHEMA_0_1_0));
  const arrival = `INSERT INTO arrivals (id, inbox, path, size_bytes, mtime_ms, revision, status, discovered_at)
    VALUES (7, '/i', 'a.dcm', 1, 1700000000000.25, 1, 'done', 1)`;
  database.execute(arrival);
  const insert = database.prepare<[string, string, number, string | null, number | null]>(
    `INSERT INTO outbox (topic, payload, qos, retain, order_key, created_at, delivered_at) VALUES (?, ?, 1, ?, ?, 1, ?)`,
  );
  const ward = 'bonewatch/v1/jeonju/ward/er-2';
  insert.run(`${ward}/alert/01K`, '{"schema":"bonewatch.alert/1","id":"01K","rev":4}', 1, '01K', null);
  insert.run(`${ward}/event`, '{"type":"update","rev":4,"before":null,"after":{"id":"01K"}}', 0, '01K', null);
  insert.run(`${ward}/alert/01K`, '', 1, '01K', null);
  insert.run('bonewatch/v1/jeonju/console-1/image', '{"status":"analysed","rev":1}', 0, 'image-7', null);
  insert.run('bonewatch/v1/jeonju/console-1/image', '{"status":"analysed","rev":1}', 0, 'image-99', null);
  insert.run(`${ward}/event`, '{"rev":1}', 0, '01J', 5);

  migrate(database, MIGRATIONS);

  const outbox = createOutbox(database, () => 0);
  const none = { target: 'mqtt', ward: null, alertId: null, rev: null, writtenAt: null };
  const alert = { ...none, ward: 'er-2', alertId: '01K', orderKey: '01K' };
  expect(outbox.pending(10)).toMatchObject([
    { ...alert, rev: 4, retain: true },
    { ...alert, rev: 4, retain: false },
    { ...alert, rev: null, payload: '' },
    { ...none, writtenAt: 1_700_000_000_000.25, orderKey: 'image-7' },
    { ...none, orderKey: 'image-99' },
  ]);
  expect([...outbox.pendingAlerts()]).toEqual(['01K']);
});

function without(facts: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(facts).filter(([key]) => !keys.includes(key)));
}

function anEmptyDatabase() {
  return openDatabase(join(aFolder(), 'empty.db'), { isReadOnly: false, busyTimeoutMs: 0 });
}
