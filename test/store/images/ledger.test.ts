import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { INBOX, aClock, aFile, aFolder, aResult, aStore, anArrival, anInspection, seen } from '../a-store.ts';

it('a file has exactly one row, however often it is seen', () => {
  const store = aStore();

  const ids = [seen(store, 'a.dcm'), seen(store, 'a.dcm'), seen(store, 'a.dcm')];

  expect(new Set(ids).size).toBe(1);
  expect(store.ledger.counts().discovered).toBe(1);
});

it('links a file that was written again after its analysis to what it was before', () => {
  const store = aStore();
  const first = anArrival(store, 'a.dcm');
  finish(store, first);

  const second = seen(store, 'a.dcm', { mtimeMs: 9 });
  store.ledger.markReady(second, anInspection('other'));

  expect(second).not.toBe(first);
  expect(store.images.list()).toMatchObject([{ file: `${INBOX}/a.dcm`, revision: 2, status: 'ready' }]);
  expect(store.ledger.claimNext(10).map(({ id }) => id)).toEqual([second]);
});

it('does not analyse a file again that was only touched', () => {
  const store = aStore();
  const first = anArrival(store, 'a.dcm');
  finish(store, first);

  const touched = seen(store, 'a.dcm', { mtimeMs: 9 });
  const readiness = store.ledger.markReady(touched, anInspection('a.dcm'));

  expect(readiness).toBe('unchanged');
  expect(store.images.list()).toMatchObject([{ revision: 1, status: 'done' }]);
  expect(store.ledger.known(INBOX, 'a.dcm')).toMatchObject({ id: first, mtimeMs: 9 });
});

it('analyses a file that goes back to what it held two versions ago', () => {
  const store = aStore();
  for (const [mtimeMs, content] of [
    [1, 'x'],
    [2, 'y'],
  ] as const) {
    const id = seen(store, 'a.dcm', { mtimeMs });
    store.ledger.markReady(id, anInspection(content));
    finish(store, id);
  }

  const readiness = store.ledger.markReady(seen(store, 'a.dcm', { mtimeMs: 3 }), anInspection('x'));

  expect(readiness).toBe('ready');
});

it('analyses the same content once, whatever name it arrives under', () => {
  const store = aStore();
  finish(store, anArrival(store, 'a.dcm'));

  const copy = store.ledger.markReady(seen(store, 'copy.dcm'), anInspection('a.dcm'));

  expect(copy).toBe('duplicate');
  expect(store.images.list({ status: 'duplicate' })).toMatchObject([
    { file: `${INBOX}/copy.dcm`, duplicateOf: `${INBOX}/a.dcm` },
  ]);
});

it('analyses the same SOP instance once, though its header was changed on the way', () => {
  const store = aStore();
  anArrival(store, 'a.dcm', { sopInstanceUid: '1.2.3' });

  const other = store.ledger.markReady(seen(store, 'b.dcm'), anInspection('b', { sopInstanceUid: '1.2.3' }));

  expect(other).toBe('duplicate');
});

it('analyses a copy of an image whose first file failed', () => {
  const store = aStore();
  finish(store, anArrival(store, 'a.dcm'), {
    status: 'failed',
    reason: { code: 'DECODE_CRASHED', message: 'x' },
  });

  const copy = store.ledger.markReady(seen(store, 'b.dcm'), anInspection('a.dcm'));

  expect(copy).toBe('ready');
});

it('analyses the copy when the first file was removed before it could be read', () => {
  const store = aStore();
  const first = anArrival(store, 'a.dcm');
  const copy = seen(store, 'b.dcm');
  const another = seen(store, 'c.dcm');
  for (const id of [copy, another]) store.ledger.markReady(id, anInspection('a.dcm'));

  finish(store, first, { status: 'failed', reason: { code: 'FILE_VANISHED', message: 'gone' } });

  expect(store.ledger.claimNext(10).map(({ id }) => id)).toEqual([copy]);
  expect(store.images.list({ status: 'duplicate' })).toMatchObject([{ duplicateOf: `${INBOX}/b.dcm` }]);
});

it('takes the newest image first, each only once', () => {
  const store = aStore();
  for (const [index, path] of ['old', 'newer', 'newest'].entries()) {
    const [row] = store.ledger.discover(INBOX, [aFile(path)], index);
    store.ledger.markReady(row?.id ?? 0, anInspection(path));
  }

  const taken = [store.ledger.claimNext(2), store.ledger.claimNext(2), store.ledger.claimNext(2)];

  expect(taken.map((arrivals) => arrivals.map(({ path }) => path))).toEqual([
    ['newest', 'newer'],
    ['old'],
    [],
  ]);
});

it('takes the newest file of a backlog that was found all at once', () => {
  const store = aStore();
  const files = [aFile('a', { mtimeMs: 5 }), aFile('b', { mtimeMs: 9 }), aFile('c', { mtimeMs: 7 })];
  for (const { id, path } of store.ledger.discover(INBOX, files, 0))
    store.ledger.markReady(id, anInspection(path));

  expect(store.ledger.claimNext(3).map(({ path }) => path)).toEqual(['b', 'c', 'a']);
});

it('tries a failed image again when its time has come, and not before', () => {
  const clock = aClock();
  const store = aStore({ clock });
  const id = anArrival(store, 'a.dcm');
  store.ledger.claimNext(1);
  const result = aResult({
    status: 'failed',
    outcome: null,
    reason: { code: 'INFERENCE_CRASHED', message: 'x' },
  });
  const retryAt = clock.time + 500;
  store.results.record({ arrivalId: id, result, studyKey: null, alertChanges: [], outbox: [], retryAt });

  const before = store.ledger.claimNext(1);
  clock.time += 500;
  const after = store.ledger.claimNext(1);

  expect(before).toEqual([]);
  expect(after).toMatchObject([{ id, attempts: 2 }]);
});

it('takes up what was being worked on when the power went', () => {
  const path = join(aFolder(), 'bonewatch.db');
  const before = openStore(path, { clock: aClock() });
  const decoding = anArrival(before, 'a.dcm');
  const inferring = anArrival(before, 'b.dcm');
  finish(before, anArrival(before, 'c.dcm'));
  before.ledger.claimNext(2);
  before.ledger.advance(inferring, 'inferring');
  before[Symbol.dispose]();

  const after = aStore({ path });
  const count = after.ledger.resetInterrupted();

  expect(count).toBe(2);
  expect(new Set(after.ledger.claimNext(10).map(({ id }) => id))).toEqual(new Set([decoding, inferring]));
});

it('remembers files that were noticed but not whole when it was stopped', () => {
  const path = join(aFolder(), 'bonewatch.db');
  const before = openStore(path, { clock: aClock() });
  const id = seen(before, 'a.dcm');
  before[Symbol.dispose]();

  const after = aStore({ path });

  expect(after.ledger.unfinished(INBOX)).toMatchObject([{ id, path: 'a.dcm', status: 'discovered' }]);
});

it('starts over with the same row when an unreadable or vanished file comes back', () => {
  const store = aStore();
  const unreadable = seen(store, 'a.dcm');
  store.ledger.markUnreadable(unreadable, { code: 'FILE_EMPTY', message: 'The file holds no bytes.' }, null);
  const vanished = seen(store, 'b.dcm');
  store.ledger.markVanished(vanished);

  const again = [seen(store, 'a.dcm', { sizeBytes: 20 }), seen(store, 'b.dcm')];

  expect(again).toEqual([unreadable, vanished]);
  expect(store.images.list()).toMatchObject([
    { status: 'discovered', reason: null, revision: 1 },
    { status: 'discovered', revision: 1 },
  ]);
});

it('waits again for a file that is written to before it was taken', () => {
  const store = aStore();
  const id = anArrival(store, 'a.dcm');

  const again = seen(store, 'a.dcm', { sizeBytes: 20 });

  expect(again).toBe(id);
  expect(store.ledger.claimNext(1)).toEqual([]);
});

it('does not analyse again, after a restart, what was overwritten while it was being analysed', () => {
  const store = aStore();
  const first = anArrival(store, 'a.dcm');
  store.ledger.claimNext(1);
  const second = seen(store, 'a.dcm', { mtimeMs: 9 });
  store.ledger.markReady(second, anInspection('other'));

  store.ledger.resetInterrupted();

  expect(store.ledger.claimNext(10).map(({ id }) => id)).toEqual([second]);
  expect(first).not.toBe(second);
});

it('counts the files of each status', () => {
  const store = aStore();
  seen(store, 'a');
  anArrival(store, 'b');
  finish(store, anArrival(store, 'c'));
  store.ledger.markVanished(seen(store, 'd'));

  expect(store.ledger.counts()).toMatchObject({ discovered: 1, ready: 1, done: 1, vanished: 1, failed: 0 });
});

function finish(
  store: ReturnType<typeof aStore>,
  arrivalId: number,
  facts: Parameters<typeof aResult>[0] = {},
) {
  store.results.record({ arrivalId, result: aResult(facts), studyKey: null, alertChanges: [], outbox: [] });
}

it('the rows of a folder that was written with a slash at the end belong to the same folder afterwards', () => {
  const store = aStore();
  const [first] = store.ledger.discover('/srv/a/', [{ path: 'a.dcm', sizeBytes: 1, mtimeMs: 1 }], 1);
  const [twice] = store.ledger.discover('/srv/a', [{ path: 'b.dcm', sizeBytes: 1, mtimeMs: 1 }], 2);
  store.ledger.discover('/srv/a/', [{ path: 'b.dcm', sizeBytes: 1, mtimeMs: 1 }], 2);
  const before = store.ledger.inboxes();

  store.ledger.renameInbox('/srv/a/', '/srv/a');

  expect(before).toEqual(['/srv/a', '/srv/a/']);
  expect(store.ledger.known('/srv/a', 'a.dcm')?.id).toBe(first?.id);
  expect(store.ledger.known('/srv/a', 'b.dcm')?.id).toBe(twice?.id);
  expect(aStore().ledger.inboxes()).toEqual([]);
});
