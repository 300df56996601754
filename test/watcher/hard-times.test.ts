import { appendFileSync, existsSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BonewatchError } from '../../src/contract/errors.ts';
import { walkFolder } from '../../src/watcher/scan/walk-folder.ts';
import { anInbox, elapse, folderOf, until, watching } from './an-inbox.ts';

it('follows a burst of 2,000 files to the last, each once', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, rescanSeconds: 5 });

  for (let n = 0; n < 2000; n++) {
    writeFileSync(folderOf(join(inbox, `study ${n % 40}`, `${n}.dcm`)), `${n} END`);
    if (n % 50 === 0) await elapse(1);
  }
  await until(
    () => watched.readyAt.length === 2000,
    () => watched.readyAt.length,
  );

  expect(watched.images()).toHaveLength(2000);
  expect(watched.inspections).toHaveLength(2000);
  expect(watched.troubles).toEqual([]);
});

const OLD = process.env['BONEWATCH_LONG'] === '1' ? 50_000 : 3000;

it(
  `counts ${OLD} old images at the first start without analysing them, where that is asked for, and misses no new one`,
  { timeout: OLD * 10 },
  async () => {
    const { inbox, storePath } = anInbox();
    for (let n = 0; n < OLD; n++) writeFileSync(folderOf(join(inbox, `${n % 30}`, `${n}.dcm`)), `${n} END`);
    await until(() => Date.now() > statSync(join(inbox, `${(OLD - 1) % 30}`, `${OLD - 1}.dcm`)).ctimeMs);
    const facts = { storePath, ignoreBefore: 'first-start', firstStartAt: Date.now() } as const;
    await using watched = await watching(inbox, facts);

    expect(watched.images()).toHaveLength(OLD);
    expect(watched.images()[0]).toMatchObject({ status: 'not-analysed', reason: { code: 'FILE_TOO_OLD' } });
    writeFileSync(join(inbox, 'new.dcm'), 'new END');
    renameSync(join(inbox, '0', '0.dcm'), join(inbox, 'exported again.dcm'));
    appendFileSync(join(inbox, '1', '1.dcm'), ' written again END');
    await until(() => watched.readyAt.length === 3, watched.statuses);

    expect(watched.inspections).toHaveLength(3);
    expect(watched.statuses()).toMatchObject({
      'new.dcm': 'ready',
      'exported again.dcm': 'ready',
      '1/1.dcm': 'ready',
      '2/2.dcm': 'not-analysed',
    });
  },
);

it('takes old images up after all once they are no longer ignored', async () => {
  const { inbox, storePath } = anInbox();
  writeFileSync(join(inbox, 'old.dcm'), 'old END');
  const tomorrow = new Date(Date.now() + 24 * 60 * 60_000).toISOString();
  await (await watching(inbox, { storePath, ignoreBefore: tomorrow }))[Symbol.asyncDispose]();

  await using watched = await watching(inbox, { storePath });
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect(watched.images()).toMatchObject([{ status: 'ready', reason: null, revision: 1 }]);
});

it('takes a new image before the backlog, and the newest of the backlog before the oldest', async () => {
  const { inbox, storePath } = anInbox();
  for (let n = 0; n < 40; n++) {
    writeFileSync(join(inbox, `old-${n}.dcm`), `old ${n} END`);
    utimesSync(join(inbox, `old-${n}.dcm`), 1000 + n, 1000 + n);
  }
  await using watched = await watching(inbox, { storePath });
  await until(() => watched.readyAt.length === 40, watched.statuses);

  writeFileSync(join(inbox, 'new.dcm'), 'new END');
  utimesSync(join(inbox, 'new.dcm'), 5, 5);
  await until(() => watched.readyAt.length === 41, watched.statuses);

  expect([watched.next(), watched.next(), watched.next()]).toEqual(['new.dcm', 'old-39.dcm', 'old-38.dcm']);
});

it('takes a new image before the backlog also after the clock was set back', async () => {
  const { inbox, storePath } = anInbox();
  const clock = { offset: 0, now: () => Date.now() + clock.offset };
  writeFileSync(join(inbox, 'old.dcm'), 'old END');
  await using watched = await watching(inbox, { storePath, clock });
  await until(() => watched.readyAt.length === 1, watched.statuses);

  clock.offset = -3 * 60 * 60_000;
  writeFileSync(join(inbox, 'new.dcm'), 'new END');
  await until(() => watched.readyAt.length === 2, watched.statuses);

  expect([watched.next(), watched.next()]).toEqual(['new.dcm', 'old.dcm']);
});

it('does not put off for hours what is due in seconds, after the clock was set back', async () => {
  const { inbox, storePath } = anInbox();
  const clock = { offset: 0, now: () => Date.now() + clock.offset };
  let isAllowed = false;
  await using watched = await watching(inbox, {
    ...{ storePath, clock, rescanSeconds: 1 },
    inspect(path) {
      if (!isAllowed) throw new BonewatchError('FILE_UNREADABLE', 'The file cannot be read.');
      return Promise.resolve({
        ...{ format: 'dicom', isWhole: true, sha256: path, sopInstanceUid: null },
        sizeBytes: 5,
      });
    },
  });
  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await until(() => watched.statuses()['a.dcm'] === 'failed', watched.statuses);

  clock.offset = -24 * 60 * 60_000;
  isAllowed = true;
  await until(() => watched.readyAt.length === 1, watched.statuses);

  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready' });
});

it('names a file whose sender stalled longer than it may, and analyses it whole once the rest came', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, settleMs: 300 });
  const path = join(inbox, 'a.dcm');

  writeFileSync(path, 'the first half');
  await until(() => watched.readyAt.length === 1, watched.statuses);
  watched.finishAll();
  await elapse(500);
  appendFileSync(path, ' and the rest END');
  await until(() => watched.readyAt.length === 2, watched.statuses);

  expect(watched.images()).toMatchObject([{ status: 'ready', revision: 2 }]);
});

it('reports an inbox that does not answer, does not affect the others, and continues when it does', async () => {
  const { inbox, storePath } = anInbox();
  let isHung = false;
  const released = Promise.withResolvers<undefined>();
  let calls = 0;
  const walk: typeof walkFolder = async function* (...walked) {
    calls += 1;
    if (isHung) await released.promise;
    return yield* walkFolder(...walked);
  };
  await using watched = await watching(inbox, {
    storePath,
    rescanSeconds: 1,
    folder: { walk, timeoutMs: 200 },
  });

  isHung = true;
  await until(
    () => watched.troubles.length === 1,
    () => watched.troubles,
  );
  const callsBefore = calls;
  await elapse(1500);
  expect(calls).toBe(callsBefore);
  expect(watched.watcher.state().inboxes[0]?.lastTriedMs).toBeGreaterThan(performance.now() - 1500);

  isHung = false;
  released.resolve(undefined);
  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await until(() => watched.troubles.length === 2 && watched.readyAt.length === 1, watched.statuses);
  expect(watched.troubles).toEqual(['INBOX_UNREACHABLE', null]);
});

it('reports that it may no longer list an inbox, and records the files that arrived meanwhile once it may', async () => {
  const { inbox, storePath } = anInbox();
  let isForbidden = false;
  const walk: typeof walkFolder = async function* (...walked) {
    // As a folder whose rights were taken away answers anybody but root.
    if (isForbidden)
      throw Object.assign(new Error('EACCES: permission denied'), { syscall: 'opendir', code: 'EACCES' });
    return yield* walkFolder(...walked);
  };
  await using watched = await watching(inbox, {
    ...{ storePath, mode: 'poll', rescanSeconds: 1, folder: { walk } },
  });
  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await until(() => watched.readyAt.length === 1, watched.statuses);

  isForbidden = true;
  await until(
    () => watched.troubles.length === 1,
    () => watched.troubles,
  );
  writeFileSync(join(inbox, 'b.dcm'), 'b END');
  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready' });
  isForbidden = false;
  await until(() => watched.readyAt.length === 2 && watched.troubles.length === 2, watched.statuses);

  expect(watched.troubles).toEqual(['INBOX_UNREACHABLE', null]);
  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready', 'b.dcm': 'ready' });
});

it('waits while the disk is full, and records the files that arrived meanwhile once there is space', async () => {
  const { inbox, storePath } = anInbox();
  let isFull = true;
  const beforeWrite = (): void => {
    if (isFull) throw new BonewatchError('DISK_FULL', 'The disk of the database is full.');
  };
  await using watched = await watching(inbox, { storePath, beforeWrite, rescanSeconds: 1 });
  for (const name of ['a.dcm', 'b.dcm', 'c.dcm']) writeFileSync(join(inbox, name), `${name} END`);
  await until(
    () => watched.troubles.includes('DISK_FULL'),
    () => watched.troubles,
  );
  rmSync(join(inbox, 'c.dcm'));
  expect(watched.images()).toEqual([]);

  isFull = false;
  await until(() => watched.readyAt.length === 2, watched.statuses);

  expect(existsSync(join(inbox, 'a.dcm'))).toBe(true);
  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready', 'b.dcm': 'ready' });
});
