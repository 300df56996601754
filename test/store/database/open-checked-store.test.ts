import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openCheckedStore, reportDamage } from '../../../src/store/database/open-checked-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { backUpStore } from '../../../src/store/database/run-store-task.ts';
import { damagedCopies } from '../../../src/store/database/recovery/quarantine-database.ts';
import { INBOX, aClock, aFolder, anArrival } from '../a-store.ts';

const clock = aClock();

it('an intact store is opened unchanged', async () => {
  const path = aFilledStore(10);

  const { store, replacement } = await openCheckedStore(path, { clock, backup: `${path}.backup` });

  using _ = store;
  expect(replacement).toBeNull();
  expect(store.images.list()).toHaveLength(10);
  expect(damagedCopies(path)).toEqual([]);
});

it('a damaged database is quarantined and replaced with the last backup', async () => {
  const path = aFilledStore(200);
  await backUpStore(path, `${path}.backup`, { now: 0, since: 0 });
  damage(path);
  const damaged = readFileSync(path);

  const { store, replacement } = await openCheckedStore(path, { clock, backup: `${path}.backup` });

  using _ = store;
  expect(replacement).toMatchObject({ isFromBackup: true });
  expect(store.images.list()).toHaveLength(200);
  expect(damagedCopies(path)).toEqual([replacement?.quarantinedPath]);
  expect(readFileSync(replacement?.quarantinedPath ?? '')).toEqual(damaged);
});

it('without an intact backup a damaged database is replaced with an empty store of the same age', async () => {
  const path = aFilledStore(200);
  const bornAt = Math.floor(statSync(path).birthtimeMs);
  damage(path);
  writeFileSync(`${path}.backup`, 'this is no database either'.repeat(100));

  const { store, replacement } = await openCheckedStore(path, { clock, backup: `${path}.backup` });

  using _ = store;
  expect(replacement).toMatchObject({ isFromBackup: false });
  expect(store.images.list()).toEqual([]);
  expect(store.milestones.recordOnce('first-start', 5)).toBe(bornAt);
  expect(anArrival(store, 'a.dcm')).toBe(1);
});

it('a file that is not a database counts as damaged', async () => {
  const path = join(aFolder(), 'bonewatch.db');
  writeFileSync(path, 'the disk gave back something else '.repeat(500));

  const { store, replacement } = await openCheckedStore(path, { clock, backup: `${path}.backup` });

  using _ = store;
  expect(replacement?.isFromBackup).toBe(false);
});

it('after a running daemon reported damage a full check runs, and an intact store stays', async () => {
  const path = aFilledStore(50);
  reportDamage(path, 'row 7 of an index is missing');

  const { store, replacement } = await openCheckedStore(path, { clock, backup: `${path}.backup` });

  using _ = store;
  expect(replacement).toBeNull();
  expect(readdirSync(dirname(path)).filter((name) => name.includes('suspect'))).toEqual([]);
});

it('a store with a wrong index is replaced once a running daemon has reported it', async () => {
  const path = aFilledStore(50);
  const bytes = readFileSync(path);
  bytes.write('X', bytes.lastIndexOf('37.dcm'));
  writeFileSync(path, bytes);
  reportDamage(path, 'an index is wrong');

  const { store, replacement } = await openCheckedStore(path, { clock, backup: `${path}.backup` });

  using _ = store;
  expect(replacement?.problem).toContain('an index is wrong');
  expect(existsSync(replacement?.quarantinedPath ?? '')).toBe(true);
});

function aFilledStore(images: number): string {
  const path = join(aFolder(), 'bonewatch.db');
  using store = openStore(path, { clock });
  const files = Array.from({ length: images }, (_, n) => ({ path: `${n}.dcm`, sizeBytes: 1, mtimeMs: 1 }));
  store.ledger.discover(INBOX, files, 1);
  return path;
}

/** What a failing disk does: pages in the middle of the file come back as something else. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096, bytes.length - 4096);
  writeFileSync(path, bytes);
}
