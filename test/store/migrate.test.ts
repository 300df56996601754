import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { aFolder } from './a-store.ts';

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

function anEmptyDatabase() {
  return openDatabase(join(aFolder(), 'empty.db'), { isReadOnly: false, busyTimeoutMs: 0 });
}
