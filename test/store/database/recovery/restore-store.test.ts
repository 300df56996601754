import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkDatabase } from '../../../../src/store/database/check-database.ts';
import { openDatabase } from '../../../../src/store/database/database.ts';
import { lockStore } from '../../../../src/store/database/lock-store.ts';
import { openStore } from '../../../../src/store/open-store.ts';
import { restoreStore } from '../../../../src/store/database/recovery/restore-store.ts';
import { backUpStore } from '../../../../src/store/database/run-store-task.ts';
import { aClock, aFolder, aMessage, aResult, aStore, anAlert, anArrival } from '../../a-store.ts';

const clock = aClock();

it('a restore brings back the state of the backup and quarantines the replaced store', async () => {
  const path = join(aFolder(), 'bonewatch.db');
  {
    using store = openStore(path, { clock });
    const record = {
      result: aResult(),
      studyKey: 'study',
      alertChanges: [anAlert()],
      outbox: [aMessage('x')],
    };
    store.results.record({ arrivalId: anArrival(store, 'a.dcm'), ...record });
    await backUpStore(path, `${path}.copy`, { now: 0, since: 0 });
    anArrival(store, 'b.dcm');
  }

  const quarantined = restoreStore(`${path}.copy`, path, 0);

  using restored = openStore(path, { clock });
  expect(restored.images.list()).toMatchObject([{ file: '/export/a.dcm', status: 'done' }]);
  expect(restored.alerts.open()).toEqual([anAlert()]);
  expect(restored.outbox.pendingCount()).toBe(1);
  expect(checkDatabase(path, 'full')).toEqual([]);
  using before = openStore(quarantined ?? '', { clock, isReadOnly: true });
  expect(before.images.list()).toHaveLength(2);
});

it('a copy is consistent although images arrive meanwhile', async () => {
  const path = join(aFolder(), 'bonewatch.db');
  const store = aStore({ path });
  let written = 0;
  const copying = backUpStore(path, `${path}.copy`, { now: 0, since: 0 }).then(() => true);

  for (let isDone = false; !isDone; written += 1) {
    store.atomically(() => {
      const id = anArrival(store, `${written}.dcm`);
      store.results.record({
        arrivalId: id,
        result: aResult(),
        studyKey: null,
        alertChanges: [],
        outbox: [],
      });
    });
    isDone = await Promise.race([copying, new Promise<false>((resolve) => setImmediate(resolve, false))]);
  }

  using copy = openStore(`${path}.copy`, { clock, isReadOnly: true });
  const images = copy.images.list();
  expect(images.every(({ status }) => status === 'done')).toBe(true);
  expect(images.length).toBeLessThanOrEqual(written);
  expect(checkDatabase(`${path}.copy`, 'full')).toEqual([]);
});

it('refuses a copy that is damaged, missing, newer or of something else, and leaves the store as it is', () => {
  const path = join(aFolder(), 'bonewatch.db');
  openStore(path, { clock })[Symbol.dispose]();
  writeFileSync(`${path}.garbage`, 'no database '.repeat(1000));
  for (const [name, version] of [
    ['newer', 999],
    ['foreign', 0],
  ] as const) {
    using other = openDatabase(`${path}.${name}`, { isReadOnly: false, busyTimeoutMs: 0 });
    other.execute(`CREATE TABLE other (x); PRAGMA user_version = ${version}`);
  }

  for (const name of ['garbage', 'none', 'newer', 'foreign']) {
    expect(() => restoreStore(`${path}.${name}`, path, 0)).toThrow(
      expect.objectContaining({ code: 'STORE_FAILED' }),
    );
  }
  using store = openStore(path, { clock });
  expect(store.images.list()).toEqual([]);
});

it('refuses to restore under a running daemon, and a second daemon on the same store', () => {
  const path = join(aFolder(), 'bonewatch.db');
  openStore(path, { clock })[Symbol.dispose]();
  {
    using _ = lockStore(path);

    expect(() => lockStore(path)).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
    expect(() => restoreStore(path, path, 0)).toThrow(expect.objectContaining({ code: 'STORE_IN_USE' }));
  }

  lockStore(path)[Symbol.dispose]();
});

it('the last good copy stays if a new one cannot be made', async () => {
  const path = join(aFolder(), 'bonewatch.db');
  openStore(path, { clock })[Symbol.dispose]();
  await backUpStore(path, `${path}.copy`, { now: 0, since: 0 });
  writeFileSync(path, 'no database any more '.repeat(1000));

  await expect(backUpStore(path, `${path}.copy`, { now: 0, since: 0 })).rejects.toMatchObject({
    code: 'STORE_FAILED',
  });

  expect(checkDatabase(`${path}.copy`, 'full')).toEqual([]);
  expect(existsSync(`${path}.copy.part`)).toBe(false);
});
