import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../src/config/schema.ts';
import { isNightlyDue, removeExpired } from '../src/keep-record.ts';
import { aClock, aFolder, aResult, aStore, anInspection } from './store/a-store.ts';
import { silentLog } from './support/silent-log.ts';

const HOUR = 60 * 60_000;
const night = Date.parse('2026-03-02T03:10:00+09:00');
const noon = Date.parse('2026-03-02T12:00:00+09:00');
const facts = { upMs: 60_000, timeZone: 'Asia/Seoul' };

it('cares for the record once a night', () => {
  expect(isNightlyDue(night, { ...facts, copiedAt: night - 24 * HOUR })).toBe(true);
  expect(isNightlyDue(night, { ...facts, copiedAt: night - 1 * HOUR })).toBe(false);
  expect(isNightlyDue(noon, { ...facts, copiedAt: noon - 24 * HOUR })).toBe(false);
});

it('makes up for a missed night by day, and for a device that never ran at night', () => {
  expect(isNightlyDue(noon, { ...facts, copiedAt: noon - 40 * HOUR })).toBe(true);
  expect(isNightlyDue(noon, { ...facts, copiedAt: null })).toBe(false);
  expect(isNightlyDue(noon, { ...facts, copiedAt: null, upMs: HOUR })).toBe(true);
});

it('is not put off for years by a clock that was set back', () => {
  expect(isNightlyDue(noon, { ...facts, copiedAt: noon + 24 * HOUR })).toBe(true);
});

it('forgets old files that are gone, and keeps the rows of those that still lie in the inbox', async () => {
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

  await removeExpired({ config, store, clock, log: silentLog }, new AbortController().signal);

  expect(store.images.list()).toMatchObject([
    { file: join(inbox, 'here.dcm'), status: 'done', outcome: null },
  ]);
});
