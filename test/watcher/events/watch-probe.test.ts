import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FolderWatch } from '../../../src/watcher/events/watch-folder.ts';
import { watchFolder } from '../../../src/watcher/events/watch-folder.ts';
import { anInbox, folderOf, until, watching, type Watching } from '../an-inbox.ts';

it('leaves nothing of its own in the inbox, and takes its canary for no arrival', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, canary: 'auto', rescanSeconds: 1 });

  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await until(() => watched.readyAt.length === 1, watched.statuses);
  await watched.watcher.rescan();
  await watched.watcher[Symbol.asyncDispose]();

  expect(readdirSync(inbox)).toEqual(['a.dcm']);
  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready' });
  expect(watched.troubles).toEqual([]);
});

it('detects by its canary that events are missing, and that they arrive again', async () => {
  const { inbox, storePath } = anInbox();
  const deaf = aDeafWatch();
  await using watched = await watching(inbox, {
    storePath,
    canary: 'auto',
    folder: { watch: deaf.watch, ...quick },
  });

  await untilTroubled(watched, 1);
  expect(watched.troubles).toEqual(['INBOX_EVENTS_LOST']);
  writeFileSync(join(inbox, 'meanwhile.dcm'), 'meanwhile END');
  await until(() => watched.readyAt.length === 1, watched.statuses);

  deaf.startReporting();
  await untilTroubled(watched, 2);
  expect(watched.troubles).toEqual(['INBOX_EVENTS_LOST', null]);
  expect(existsSync(join(inbox, '.bonewatch-canary'))).toBe(false);
});

it('detects missing events by the files that a scan found, if it may not create a canary', async () => {
  const { inbox, storePath } = anInbox();
  const deaf = aDeafWatch();
  await using watched = await watching(inbox, {
    storePath,
    folder: { watch: deaf.watch, ...quick },
    rescanSeconds: 1,
  });

  writeFileSync(join(inbox, 'a.dcm'), 'a END');
  await untilTroubled(watched, 1);

  expect(watched.troubles).toEqual(['INBOX_EVENTS_LOST']);
  expect(watched.statuses()).toEqual({ 'a.dcm': 'ready' });
  deaf.startReporting();
  await until(() => deaf.opened > 1);
  for (let n = 0; watched.troubles.length < 2 && n < 500; n++) {
    writeFileSync(join(inbox, `b${n}.dcm`), `b${n} END`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await untilTroubled(watched, 2);
  expect(watched.troubles).toEqual(['INBOX_EVENTS_LOST', null]);
});

it('a file in a new folder does not count as a missing event', async () => {
  const { inbox, storePath } = anInbox();
  await using watched = await watching(inbox, { storePath, canary: 'auto', rescanSeconds: 1 });

  for (let n = 0; n < 30; n++) {
    writeFileSync(folderOf(join(inbox, `patient-${n}`, 'study', 'series', 'a.dcm')), `${n} END`);
    if (n % 10 === 0) await watched.watcher.rescan();
  }
  await until(() => watched.readyAt.length === 30, watched.statuses);
  await watched.watcher.rescan();

  expect(watched.troubles).toEqual([]);
});

/** Lost events are noticed and watches opened again within seconds. */
const quick = { eventTimeoutMs: 1000, reopenMs: 1000 };

/** A watch that opens like any other and reports nothing until `startReporting`. */
function aDeafWatch() {
  let isDeaf = true;
  const deaf = {
    opened: 0,
    startReporting() {
      isDeaf = false;
    },
    watch: async (...[folder, listeners]: Parameters<typeof watchFolder>): Promise<FolderWatch> => {
      deaf.opened += 1;
      if (!isDeaf) return watchFolder(folder, listeners);
      return { listed: Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
    },
  };
  return deaf;
}

function untilTroubled(watched: Watching, times: number): Promise<void> {
  return until(
    () => watched.troubles.length >= times,
    () => watched.troubles,
  );
}
