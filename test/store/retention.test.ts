import { expect, it } from 'vitest';
import type { Store } from '../../src/store/open-store.ts';
import { aClock, aMessage, aResult, aStore, anAlert, anArrival, anInspection, seen } from './a-store.ts';

const DAY = 24 * 60 * 60_000;

it('removes expired images, by outcome', () => {
  const clock = aClock();
  const store = aStore({ clock });
  finished(store, 'fracture.dcm', 'fracture-detected');
  finished(store, 'none.dcm', 'no-fracture-detected');
  store.ledger.markVanished(seen(store, 'gone.dcm'));
  clock.time += 100 * DAY;
  const cutoffs = { fracture: 0, noFracture: 0, other: clock.time - 90 * DAY };

  expect(pathsOf(store, cutoffs)).toEqual(['gone.dcm']);
  expect(pathsOf(store, { ...cutoffs, noFracture: clock.time })).toEqual(['none.dcm', 'gone.dcm']);
  expect(pathsOf(store, { fracture: clock.time, noFracture: clock.time, other: clock.time })).toHaveLength(3);
});

it('never removes unacknowledged alerts, undelivered messages or images without a result', () => {
  const clock = aClock();
  const store = aStore({ clock });
  finished(store, 'open.dcm', 'fracture-detected', { studyKey: 'open', alertChanges: [anAlert()] });
  const undelivered = finished(store, 'undelivered.dcm', 'no-fracture-detected');
  store.outbox.add([aMessage('x', { orderKey: `image-${undelivered}` })]);
  anArrival(store, 'waiting.dcm');
  seen(store, 'settling.dcm');
  finished(store, 'rewritten.dcm', 'no-fracture-detected');
  seen(store, 'rewritten.dcm', { mtimeMs: 99 });
  clock.time += 10_000 * DAY;

  expect(pathsOf(store, everything(clock.time))).toEqual([]);
  expect(store.retention.removeAlerts(clock.time)).toBe(0);
});

it('removes a file with all its revisions, and a duplicate of it stays a duplicate', () => {
  const clock = aClock();
  const store = aStore({ clock });
  finished(store, 'a.dcm', 'no-fracture-detected');
  const second = seen(store, 'a.dcm', { mtimeMs: 9 });
  store.ledger.markReady(second, anInspection('second'));
  store.results.record({ arrivalId: second, ...record('no-fracture-detected') });
  const copy = seen(store, 'copy.dcm');
  store.ledger.markReady(copy, anInspection('second'));
  clock.time += DAY;

  const removed = store.retention.removeFiles([{ id: second }]);

  expect(removed).toBe(2);
  expect(store.images.list()).toMatchObject([
    { file: '/export/copy.dcm', status: 'duplicate', duplicateOf: null },
  ]);
  expect(store.ledger.counts()).toMatchObject({ done: 0, duplicate: 1 });
});

it('the row of a file that is still in the inbox stays, so that it is not analysed again', () => {
  const clock = aClock();
  const store = aStore({ clock });
  const id = finished(store, 'a.dcm', 'no-fracture-detected');

  expect(store.retention.removeResults([{ id }])).toBe(1);

  expect(store.results.of(id)).toBeUndefined();
  expect(store.ledger.known('/export', 'a.dcm')).toMatchObject({ id, status: 'done' });
});

it('removes a closed alert and its case reference once no image of the study is left', () => {
  const clock = aClock();
  const store = aStore({ clock });
  const facts = { studyKey: 's', alertChanges: [anAlert({ state: 'closed' })] };
  const id = finished(store, 'a.dcm', 'fracture-detected', facts);
  const name = store.caseRefs.of('s');
  clock.time += DAY;

  expect(store.retention.removeAlerts(clock.time)).toBe(0);
  store.retention.removeFiles([{ id }]);
  expect(store.caseRefs.of('s')).toBe(name);
  expect(store.retention.removeAlerts(clock.time)).toBe(1);

  expect(store.alerts.list(10)).toEqual([]);
});

it('searches a long ledger in batches that do not block other work', () => {
  const clock = aClock();
  const store = aStore({ clock });
  const files = Array.from({ length: 480 }, (_, n) => ({ path: `${n}.dcm`, sizeBytes: 1, mtimeMs: 1 }));
  store.ledger.passOver('/export', files, 1);
  clock.time += DAY;
  const found: number[] = [];

  for (let afterId = 0; ;) {
    const { files: expired, lastId } = store.retention.expired(everything(clock.time), afterId);
    if (lastId === null) break;
    found.push(expired.length);
    afterId = lastId;
  }

  expect(found).toEqual([200, 200, 80]);
});

function record(outcome: 'fracture-detected' | 'no-fracture-detected') {
  return { result: aResult({ outcome }), studyKey: null, alertChanges: [], outbox: [] };
}

function finished(
  store: Store,
  path: string,
  outcome: 'fracture-detected' | 'no-fracture-detected',
  facts: Partial<Parameters<Store['results']['record']>[0]> = {},
): number {
  const arrivalId = anArrival(store, path);
  store.results.record({ arrivalId, ...record(outcome), ...facts });
  return arrivalId;
}

function everything(now: number) {
  return { fracture: now, noFracture: now, other: now };
}

function pathsOf(store: Store, cutoffs: Parameters<Store['retention']['expired']>[0]): string[] {
  return store.retention.expired(cutoffs, 0).files.map(({ path }) => path);
}
