import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { ErrorCode } from '../../src/contract/errors.ts';
import { isNightlyDue, startStoreMaintenance, removeExpired } from '../../src/daemon/store-maintenance.ts';
import { openRecord } from '../../src/daemon/record/open-record.ts';
import { openStore } from '../../src/store/open-store.ts';
import { backUpStore } from '../../src/store/database/run-store-task.ts';
import type { ReportTrouble } from '../../src/daemon/alarms/trouble-reporter.ts';
import { aClock, aFolder, aResult, aStore, anInspection } from '../store/a-store.ts';
import { silentLog } from '../support/silent-log.ts';
import { waitUntil } from '../support/wait-until.ts';

const HOUR = 60 * 60_000;
const night = Date.parse('2026-03-02T03:10:00+09:00');
const noon = Date.parse('2026-03-02T12:00:00+09:00');
const facts = { upMs: 60_000, timeZone: 'Asia/Seoul' };

const TRUSTED = { isPlausible: () => true, isTrusted: () => true };

it('maintenance is due once a night', () => {
  expect(isNightlyDue(night, { ...facts, copiedAt: night - 24 * HOUR })).toBe(true);
  expect(isNightlyDue(night, { ...facts, copiedAt: night - 1 * HOUR })).toBe(false);
  expect(isNightlyDue(noon, { ...facts, copiedAt: noon - 24 * HOUR })).toBe(false);
});

it('maintenance is due by day after a missed night, and for a device that never ran at night', () => {
  expect(isNightlyDue(noon, { ...facts, copiedAt: noon - 40 * HOUR })).toBe(true);
  expect(isNightlyDue(noon, { ...facts, copiedAt: null })).toBe(false);
  expect(isNightlyDue(noon, { ...facts, copiedAt: null, upMs: HOUR })).toBe(true);
});

it('a clock that was set back does not postpone maintenance for years', () => {
  expect(isNightlyDue(noon, { ...facts, copiedAt: noon + 24 * HOUR })).toBe(true);
});

it('maintenance removes the rows of old files that are gone, and retains those of files still in the inbox', async () => {
  const folder = aFolder();
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  writeFileSync(join(inbox, 'here.dcm'), 'here');
  const clock = aClock();
  const store = aStore({ clock });
  for (const name of ['here.dcm', 'gone.dcm']) {
    const [row] = store.ledger.discover(inbox, [{ path: name, sizeBytes: 1, mtimeMs: 1 }], clock.now());
    store.ledger.markReady(row?.id ?? 0, anInspection(name));
    const result = aResult({ outcome: 'no-fracture-detected' });
    store.results.record({ arrivalId: row?.id ?? 0, result, studyKey: null, alertChanges: [], outbox: [] });
  }
  clock.time += 400 * 24 * HOUR;
  const config = configSchema.parse({ inboxes: [{ path: inbox }], wards: [{ id: 'w3', name: '3' }] });

  await removeExpired(
    { config, store, clock, clockGuard: TRUSTED, log: silentLog },
    new AbortController().signal,
  );

  expect(store.images.list()).toMatchObject([
    { file: join(inbox, 'here.dcm'), status: 'done', outcome: null },
  ]);
});

it('no record is removed before the clock has been plausible for a day', async () => {
  const folder = aFolder();
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  const clock = aClock();
  const store = aStore({ clock });
  const [row] = store.ledger.discover(inbox, [{ path: 'gone.dcm', sizeBytes: 1, mtimeMs: 1 }], clock.now());
  store.ledger.markReady(row?.id ?? 0, anInspection('gone.dcm'));
  const result = aResult({ outcome: 'no-fracture-detected' });
  store.results.record({ arrivalId: row?.id ?? 0, result, studyKey: null, alertChanges: [], outbox: [] });
  clock.time += 3_650 * 24 * HOUR;
  const config = configSchema.parse({ inboxes: [{ path: inbox }], wards: [{ id: 'w3', name: '3' }] });
  const remove = (isTrusted: boolean) =>
    removeExpired(
      { config, store, clock, log: silentLog, clockGuard: { ...TRUSTED, isTrusted: () => isTrusted } },
      new AbortController().signal,
    );

  await remove(false);
  expect(store.images.list()).toHaveLength(1);
  await remove(true);
  expect(store.images.list()).toHaveLength(0);
});

it('maintenance checks and copies the database at night, and removes expired rows', async () => {
  const { path, clock, reported, start } = await aMaintainedStore();

  await using _ = start();
  await waitUntil('the night’s work is done', () => (reported.at(-1) === null ? true : undefined), 20_000);

  expect(statSync(`${path}.backup`).mtimeMs).toBeGreaterThan(night - 24 * HOUR);
  using copy = openStore(`${path}.backup`, { clock, isReadOnly: true });
  expect(copy.images.list()).toHaveLength(50);
  using store = openStore(path, { clock, isReadOnly: true });
  expect(store.images.list()).toEqual([]);
});

it('a failed nightly copy is reported, leaves the last one and does not stop the service', async () => {
  const { path, clock, reported, start, record } = await aMaintainedStore();
  mkdirSync(join(`${path}.backup.part`, 'in the way'), { recursive: true });

  await using _ = start();
  await waitUntil('the failure is reported', () => (reported.length > 0 ? true : undefined), 20_000);

  expect(reported).toEqual(['STORE_FAILED']);
  using copy = openStore(`${path}.backup`, { clock, isReadOnly: true });
  expect(copy.images.list()).toEqual([]);
  expect(record.store.images.list()).toHaveLength(50);
});

it('damage that only the nightly check finds ends the service', async () => {
  const { record, start, path } = await aMaintainedStore({ isIndexWrong: true });

  await using _ = start();

  await expect(record.broken).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect(existsSync(`${path}.suspect`)).toBe(true);
});

/** A store with 50 old images whose files are gone, at night, a day after its last copy, which was empty. */
async function aMaintainedStore({ isIndexWrong = false } = {}) {
  const path = join(aFolder(), 'bonewatch.db');
  const clock = aClock(night - 400 * 24 * HOUR);
  const inbox = aFolder();
  {
    using store = openStore(path, { clock });
    await backUpStore(path, `${path}.backup`, { now: 0, since: 0 });
    utimesSync(`${path}.backup`, night / 1000 - 24 * 3600, night / 1000 - 24 * 3600);
    for (let n = 0; n < 50; n += 1) {
      const [row] = store.ledger.discover(
        inbox,
        [{ path: `${n}.dcm`, sizeBytes: 1, mtimeMs: 1 }],
        clock.now(),
      );
      const arrivalId = row?.id ?? 0;
      store.ledger.markReady(arrivalId, anInspection(`${n}`));
      const result = aResult({ outcome: 'no-fracture-detected' });
      store.results.record({ arrivalId, result, studyKey: null, alertChanges: [], outbox: [] });
    }
  }
  if (isIndexWrong) {
    const bytes = readFileSync(path);
    bytes.write('X', bytes.lastIndexOf('37.dcm'));
    writeFileSync(path, bytes);
  }
  clock.time = night;
  const config = configSchema.parse({
    site: { timezone: 'Asia/Seoul' },
    inboxes: [{ path: inbox }],
    wards: [{ id: 'w3', name: '3' }],
    store: { path },
  });
  const record = await openRecord(config.store, { clock, log: silentLog });
  onTestFinished(() => record[Symbol.asyncDispose]());
  const reported: (ErrorCode | null)[] = [];
  const reportTrouble: ReportTrouble = (_source, error) => void reported.push(error?.code ?? null);
  const alarms = { raise: () => undefined, clear: () => undefined };
  const disk = { onChange: () => undefined };
  return {
    ...{ path, clock, record, reported },
    start: () =>
      startStoreMaintenance({
        ...{ config, record, alarms, disk, clock, clockGuard: TRUSTED, reportTrouble },
        log: silentLog,
      }),
  };
}
