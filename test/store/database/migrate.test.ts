import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { migrate } from '../../../src/store/database/migrate.ts';
import { MIGRATIONS } from '../../../src/store/database/migrations.ts';
import { aFolder, anAlert } from '../a-store.ts';

const STEPS = ['CREATE TABLE a (x INTEGER) STRICT', 'ALTER TABLE a ADD COLUMN y TEXT'];

it('brings an empty file up to date, and runs each step once', () => {
  using database = anEmptyDatabase();

  migrate(database, STEPS);
  migrate(database, STEPS);

  expect(database.pragma('user_version')).toBe(2);
});

it('goes on from where an older version left off', () => {
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

it('gives an alert of the first version what later ones need to know', () => {
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

function without(facts: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(facts).filter(([key]) => !keys.includes(key)));
}

function anEmptyDatabase() {
  return openDatabase(join(aFolder(), 'empty.db'), { isReadOnly: false, busyTimeoutMs: 0 });
}
