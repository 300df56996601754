import { closeSync, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { checkDatabase } from '../../src/store/database/check-database.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { mountAvailable, mountTmpfs, unmount } from '../support/mounts.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { waitForResults } from '../support/send-pictures.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const title =
  'intake pauses while the disk is full, raises an alarm, and resumes automatically when there is space';
const canRun = mosquittoAvailable(title) && mountAvailable(title);
const MEBIBYTE = 1024 ** 2;

it.runIf(canRun)(title, { timeout: 120_000 }, async () => {
  await using broker = await startMosquitto();
  const disk = { lowMegabytes: 12, criticalMegabytes: 6 };
  await using home = await aDaemonHome({ brokerUrl: broker.url, disk });
  mountTmpfs(join(home.folder, 'store'), '24m');
  using _ = { [Symbol.dispose]: () => unmount(join(home.folder, 'store')) };
  const alarm = buildTopic({ kind: 'technical', site: 'jeonju', device: 'console-1', code: 'DISK_FULL' });
  await using alarms = await listen(broker.url, alarm);
  const cached = join(home.folder, 'store', 'pictures', `${'a'.repeat(64)}-full`);
  await mkdir(dirname(cached));
  await writeFile(cached, Buffer.alloc(MEBIBYTE));
  await using daemon = await home.start();
  await send(home, 0, 10);
  await waitForResults(home, 10);

  // Nearly full: no new image is accepted, and stored images are still served.
  const ballast = await fill(home, 3 * MEBIBYTE);
  await alarms.until(({ payload }) => payload !== '');
  // The console's cached pictures are deleted first.
  await waitUntil('the cached picture is deleted', () => (existsSync(cached) ? undefined : true));
  await send(home, 10, 20);
  expect(await statusOf(daemon.healthUrl)).toBe(503);
  expect(rows(home)).toBe(10);
  ballast.remove();
  await waitForResults(home, 20);
  await alarms.until(
    ({ payload }) => payload === '' && alarms.received.some((message) => message.payload !== ''),
  );

  // Full to the last byte, while work is in progress.
  await send(home, 20, 60);
  const more = await fill(home, 0);
  await waitUntil('a second alarm', () =>
    alarms.received.filter(({ payload }) => payload !== '').length >= 2 ? true : undefined,
  );
  await send(home, 60, 70);
  more.remove();
  await waitForResults(home, 70);

  expect(await daemon.stop()).toBe(0);
  expect(checkDatabase(join(home.folder, 'store', 'bonewatch.db'), 'full')).toEqual([]);
  using store = home.openStore();
  expect(store.results.finishedSince(0, 1000)).toHaveLength(70);
});

async function send(home: DaemonHome, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1)
    await writeFile(join(home.inbox, `${n}.png`), await squarePng(n, { isFractured: n % 5 === 0 }));
}

/** Writes until only this many bytes are left. */
async function fill(home: DaemonHome, leftBytes: number): Promise<{ remove(): void }> {
  const folder = join(home.folder, 'store');
  const path = join(folder, 'ballast');
  const { bavail, bsize } = await statfs(folder);
  const file = openSync(path, 'w');
  try {
    for (let left = bavail * bsize - leftBytes; left > 0; left -= MEBIBYTE / 4)
      writeSync(file, Buffer.alloc(Math.min(left, MEBIBYTE / 4)));
  } catch {
    // Another process took the last bytes: the disk is full.
  }
  closeSync(file);
  return { remove: () => rmSync(path) };
}

async function statusOf(healthUrl: string): Promise<number> {
  return (await fetch(`${healthUrl}/health`)).status;
}

function rows(home: DaemonHome): number {
  using store = home.openStore();
  return store.images.list().length;
}
