import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BonewatchError } from '../../src/contract/errors.ts';
import { anInbox, elapse, folderOf, inspectText, until, watching } from './an-inbox.ts';

it('has a finished file ready within 300 ms of its last byte', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath });
  const latencies: number[] = [];

  for (let n = 0; n < 5; n++) {
    writeFileSync(folderOf(join(inbox, `patient-${n}`, 'study', 'a.dcm')), `${n} END`);
    const writtenAt = performance.now();
    await until(() => watched.readyAt.length > n, watched.statuses);
    latencies.push((watched.readyAt[n] ?? Infinity) - writtenAt);
  }

  expect(latencies.sort((a, b) => a - b)[2]).toBeLessThan(300);
});

it('finds what was exported while it was stopped', async () => {
  const { inbox, storePath } = anInbox();
  writeFileSync(folderOf(join(inbox, 'a', 'b', 'old.dcm')), 'old END');

  await using watched = await watching(inbox, { storePath });

  await until(() => watched.statuses()['a/b/old.dcm'] === 'ready', watched.statuses);
  expect(watched.images()).toHaveLength(1);
});

it('waits for the rest of a half-written file and reads it once that is there', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, settleMs: 60_000 });
  const path = join(inbox, 'a.dcm');

  writeFileSync(path, 'the first half');
  await until(() => watched.statuses()['a.dcm'] === 'settling', watched.statuses);
  writeFileSync(path, ' and the second END', { flag: 'a' });
  const writtenAt = performance.now();
  await until(() => watched.statuses()['a.dcm'] === 'ready', watched.statuses);

  expect(performance.now() - writtenAt).toBeLessThan(1000);
  expect(watched.images()).toMatchObject([{ revision: 1 }]);
});

it('waits for a slow sender without reading its file all the time', async () => {
  const { inbox, storePath } = anInbox();
  const slowly: typeof inspectText = async (path) => {
    await elapse(50);
    return inspectText(path);
  };
  await using watched = await watching(inbox, { storePath, settleMs: 5000, inspect: slowly });
  const path = join(inbox, 'slow.dcm');

  for (let n = 0; n < 20; n++) {
    writeFileSync(path, `part ${n} `, { flag: 'a' });
    await elapse(100);
  }
  expect(watched.readyAt).toEqual([]);
  expect(watched.inspections.length).toBeLessThan(10);
  writeFileSync(path, 'END', { flag: 'a' });
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect(watched.images()).toMatchObject([{ status: 'ready', revision: 1 }]);
});

it('accepts a file that stays incomplete after its time to settle', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, settleMs: 400 });

  writeFileSync(join(inbox, 'notes.txt'), 'not an image');
  const writtenAt = performance.now();
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect((watched.readyAt[0] ?? 0) - writtenAt).toBeGreaterThan(390);
  expect(watched.inspections).toHaveLength(1);
});

it('sees every file put at once into new nested folders', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath });

  for (let n = 0; n < 50; n++) {
    const folder = join(inbox, `patient ${n % 10}`, 'study', 'series.dcm');
    writeFileSync(folderOf(join(folder, `${n}.dcm`)), `${n} END`);
  }
  await until(() => watched.readyAt.length === 50, watched.statuses);

  expect(watched.images()).toHaveLength(50);
});

it('sees a file, and a folder, that is renamed into place', async () => {
  const { inbox, storePath } = anInbox();
  const outside = join(inbox, '..', 'outside');
  await using watched = await watching(inbox, { storePath });

  writeFileSync(join(inbox, '.a.dcm.part'), 'a END');
  writeFileSync(folderOf(join(outside, 'study', 'b.dcm')), 'b END');
  renameSync(join(inbox, '.a.dcm.part'), join(inbox, 'a.dcm'));
  renameSync(outside, join(inbox, 'patient'));
  await until(() => watched.readyAt.length === 2, watched.statuses);

  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready', 'patient/study/b.dcm': 'ready' });
});

it('follows a burst of 500 files to the last', async () => {
  const { inbox, storePath } = anInbox();
  let running = 0;
  let mostAtOnce = 0;
  const counted: typeof inspectText = async (path) => {
    mostAtOnce = Math.max(mostAtOnce, ++running);
    return inspectText(path).finally(() => running--);
  };
  await using watched = await watching(inbox, { storePath, inspect: counted });

  for (let n = 0; n < 500; n++) writeFileSync(join(inbox, `${n}.dcm`), `${n} END`);
  await until(
    () => watched.readyAt.length === 500,
    () => watched.readyAt.length,
  );

  expect(watched.images()).toHaveLength(500);
  expect(watched.inspections).toHaveLength(500);
  expect(mostAtOnce).toBeLessThanOrEqual(2);
});

it('analyses the same image once, whatever it is called', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath });

  writeFileSync(join(inbox, 'a.dcm'), 'uid:1;a END');
  await until(() => watched.readyAt.length === 1, watched.statuses);
  writeFileSync(folderOf(join(inbox, 'again', 'a.dcm')), 'uid:1;a END');
  writeFileSync(join(inbox, 'other-header.dcm'), 'uid:1;b END');
  await until(
    () => watched.images().length === 3 && watched.watcher.state().settling === 0,
    watched.statuses,
  );

  expect(watched.statuses()).toEqual({
    'a.dcm': 'ready',
    'again/a.dcm': 'duplicate',
    'other-header.dcm': 'duplicate',
  });
  expect(watched.readyAt).toHaveLength(1);
});

it('analyses a file again when other content was written into it, and not when it was touched', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath });
  const path = join(inbox, 'a.dcm');
  writeFileSync(path, 'one END');
  await until(() => watched.readyAt.length === 1, watched.statuses);
  watched.finishAll();

  utimesSync(path, 1, 1);
  await until(() => watched.inspections.length === 2 && watched.watcher.state().settling === 0);
  expect(watched.images()).toMatchObject([{ revision: 1, status: 'done' }]);
  writeFileSync(path, 'two END');
  await until(() => watched.readyAt.length === 2, watched.statuses);

  expect(watched.images()).toMatchObject([{ revision: 2, status: 'ready' }]);
});

it('names an empty file, and reads it when its content comes late', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, settleMs: 200 });
  const path = join(inbox, 'a.dcm');

  writeFileSync(path, '');
  await until(() => watched.statuses()['a.dcm'] === 'failed', watched.statuses);
  expect(watched.images()).toMatchObject([{ reason: { code: 'FILE_EMPTY' } }]);
  writeFileSync(path, 'late END');
  await until(() => watched.statuses()['a.dcm'] === 'ready', watched.statuses);

  expect(watched.images()).toMatchObject([{ reason: null, revision: 1 }]);
});

it('names a file it may not read, and reads it as soon as it may', async () => {
  const { inbox, storePath } = anInbox();
  let isAllowed = false;
  const guarded: typeof inspectText = (path) => {
    if (isAllowed) return inspectText(path);
    return Promise.reject(new BonewatchError('FILE_UNREADABLE', 'The file cannot be read.'));
  };
  await using watched = await watching(inbox, { storePath, inspect: guarded, rescanSeconds: 1 });

  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await until(() => watched.images()[0]?.reason?.code === 'FILE_UNREADABLE', watched.statuses);
  isAllowed = true;
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect(watched.images()).toMatchObject([{ status: 'ready', reason: null, revision: 1 }]);
});

it('notes that a file was removed before it was whole', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, settleMs: 60_000 });
  const path = join(inbox, 'a.dcm');
  writeFileSync(path, 'half');
  await until(() => watched.images().length === 1, watched.statuses);

  rmSync(path);

  await until(() => watched.statuses()['a.dcm'] === 'vanished', watched.statuses);
});

it('notes, after a restart, that a half-written file is gone, and continues with one that is not', async () => {
  const { inbox, storePath } = anInbox();
  for (const name of ['gone.dcm', 'here.dcm']) writeFileSync(join(inbox, name), 'half');
  await (await watching(inbox, { storePath, settleMs: 60_000 }))[Symbol.asyncDispose]();
  rmSync(join(inbox, 'gone.dcm'));
  writeFileSync(join(inbox, 'here.dcm'), 'whole END');

  await using watched = await watching(inbox, { storePath, settleMs: 60_000 });
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect(watched.statuses()).toEqual({ 'gone.dcm': 'vanished', 'here.dcm': 'ready' });
  expect(watched.images()).toMatchObject([{ revision: 1 }, { revision: 1 }]);
});

it('never follows a link, which gets a row of its own, ignores hidden files and walks a folder named like a file', async () => {
  const { inbox, storePath } = anInbox();
  const outside = join(inbox, '..', 'outside');
  writeFileSync(folderOf(join(outside, 'secret.dcm')), 'secret END');
  symlinkSync(outside, join(inbox, 'link'));
  symlinkSync(join(outside, 'secret.dcm'), join(inbox, 'link.dcm'));
  writeFileSync(folderOf(join(inbox, '.hidden', 'a.dcm')), 'a END');
  writeFileSync(folderOf(join(inbox, 'x.dcm', 'b.dcm')), 'b END');

  await using watched = await watching(inbox, { storePath });
  writeFileSync(join(outside, 'second.dcm'), 'second END');
  await until(() => watched.readyAt.length === 1, watched.statuses);
  await watched.watcher.rescan();

  expect(watched.statuses()).toEqual({ 'x.dcm/b.dcm': 'ready', link: 'failed', 'link.dcm': 'failed' });
  expect(watched.inspections).toEqual([join(inbox, 'x.dcm', 'b.dcm')]);
});

it('reports a missing inbox, and watches it automatically once it exists', async () => {
  const { inbox, storePath } = anInbox();
  rmSync(inbox, { recursive: true });
  await using watched = await watching(inbox, { storePath, rescanSeconds: 1 });
  expect(watched.troubles).toEqual(['INBOX_UNREACHABLE']);

  mkdirSync(inbox);
  await until(
    () => watched.troubles.length === 2,
    () => watched.troubles,
  );
  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect(watched.troubles).toEqual(['INBOX_UNREACHABLE', null]);
});

it('continues after an inbox was removed and created again, and marks no file as vanished meanwhile', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, rescanSeconds: 1, settleMs: 60_000 });
  writeFileSync(join(inbox, 'half.dcm'), 'half');
  await until(() => watched.images().length === 1, watched.statuses);

  renameSync(inbox, `${inbox}-away`);
  await until(
    () => watched.troubles.length === 1,
    () => watched.troubles,
  );
  expect(watched.statuses()['half.dcm']).not.toBe('vanished');
  renameSync(`${inbox}-away`, inbox);
  writeFileSync(join(inbox, 'half.dcm'), ' and whole END', { flag: 'a' });
  await until(() => watched.readyAt.length === 1, watched.statuses);

  await until(
    () => watched.troubles.length === 2,
    () => watched.troubles,
  );
  expect(watched.troubles).toEqual(['INBOX_UNREACHABLE', null]);
});

it('reports that the store cannot be written, and misses no file once it can', async () => {
  const { inbox, storePath } = anInbox();
  let isFull = false;
  const refuseWhenFull = () => {
    if (isFull) throw new BonewatchError('STORE_FAILED', 'The database failed to write (SQLITE_FULL).');
  };
  await using watched = await watching(inbox, { storePath, rescanSeconds: 1, beforeWrite: refuseWhenFull });
  writeFileSync(join(inbox, 'a.dcm'), 'half');
  await until(() => watched.images().length === 1, watched.statuses);

  isFull = true;
  writeFileSync(join(inbox, 'a.dcm'), ' and whole END', { flag: 'a' });
  writeFileSync(join(inbox, 'b.dcm'), 'b END');
  await until(() => watched.troubles.includes('STORE_FAILED'));
  isFull = false;
  await until(() => watched.readyAt.length === 2, watched.statuses);

  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready', 'b.dcm': 'ready' });
  await until(() => watched.troubles.at(-1) === null);
});

it('finds new and finished files without any event where it polls', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, mode: 'poll', settleMs: 60_000 });
  expect(watched.watcher.state().inboxes).toMatchObject([{ mode: 'poll' }]);

  writeFileSync(folderOf(join(inbox, 'new', 'a.dcm')), 'half');
  await until(() => watched.statuses()['new/a.dcm'] === 'settling', watched.statuses);
  writeFileSync(join(inbox, 'new', 'a.dcm'), ' whole END', { flag: 'a' });

  await until(() => watched.statuses()['new/a.dcm'] === 'ready', watched.statuses);
});

it('its state shows the watched inboxes and the last scan of each', async () => {
  const { inbox, storePath } = anInbox();
  writeFileSync(join(inbox, 'a.dcm'), 'a END');

  await using watched = await watching(inbox, { storePath });

  const [state] = watched.watcher.state().inboxes;
  expect(state).toMatchObject({ path: inbox, mode: 'events', trouble: null, lastScan: { files: 1 } });
});
