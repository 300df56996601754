import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome } from '../support/running-daemon.ts';
import { seeded } from '../support/seeded.ts';
import { squarePng } from '../support/squares.ts';
import { waitUntil } from '../support/wait-until.ts';

const CHECK_STORE = fileURLToPath(new URL('../support/check-store.ts', import.meta.url));
const MOMENTS = 12;
const hasMosquitto = mosquittoAvailable('the daemon that is stopped, and whose power is cut');

it.runIf(hasMosquitto)(
  'the daemon under load drains and ends within 10 s of SIGTERM, and resumes where it stopped',
  { timeout: 120_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using first = await home.start();
    await send(home, 0, 400);
    await waitUntil('the daemon is under load', () => (answered(home) > 20 ? true : undefined), 60_000);

    const startedMs = performance.now();
    const status = await first.stop();
    const tookMs = performance.now() - startedMs;

    const verdict = await checkStore(join(home.folder, 'store', 'bonewatch.db'));
    expect(status).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(verdict.problems).toEqual([]);
    expect(verdict.done.length).toBeLessThan(400);
    await using second = await home.start();
    await waitUntil('all images have a result', () => (answered(home) === 400 ? true : undefined), 60_000);
    expect(second.log.some((line) => line.includes('had interrupted'))).toBe(false);
    expect(await second.stop()).toBe(0);
  },
);

it.runIf(hasMosquitto)(
  'the database is consistent whenever the power is cut, even if the end of the write-ahead log was never written',
  { timeout: 180_000 },
  async () => {
    await using broker = await startMosquitto();
    await using home = await aDaemonHome({ brokerUrl: broker.url });
    await using images = await listen(
      broker.url,
      buildTopic({ kind: 'image', site: 'jeonju', device: 'console-1' }),
    );
    await using daemon = await home.start();
    const random = seeded(4);
    let sent = 0;
    const lost: string[] = [];
    const problems: string[] = [];

    for (let moment = 0; moment < MOMENTS; moment += 1) {
      await send(home, sent, (sent += 25));
      await delay(50 + random() * 400);
      const published = images.received.map(({ payload }) => JSON.parse(payload) as AnalysisResult);
      const copy = await cutPower(daemon.pid, home, moment);
      const torn = await tornCopy(copy, random());
      const [whole, short] = [await checkStore(copy), await checkStore(torn)];
      problems.push(...whole.problems, ...short.problems);
      const stored = new Set(whole.done);
      lost.push(
        ...published.flatMap(({ sha256 }) => (sha256 !== null && !stored.has(sha256) ? [sha256] : [])),
      );
    }

    expect(problems).toEqual([]);
    expect(lost).toEqual([]);
    expect(images.received.length).toBeGreaterThan(0);
  },
);

async function send(home: DaemonHome, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += 1)
    await writeFile(join(home.inbox, `${n}.png`), await squarePng(n, { isFractured: n % 3 === 0 }));
}

function answered(home: DaemonHome): number {
  using store = home.openStore();
  return store.ledger.counts().done;
}

/** The files of the store at one moment: the daemon is suspended while they are copied. */
async function cutPower(pid: number, home: DaemonHome, moment: number): Promise<string> {
  const from = join(home.folder, 'store', 'bonewatch.db');
  const to = join(home.folder, `cut-${moment}`, 'bonewatch.db');
  await mkdir(join(home.folder, `cut-${moment}`));
  process.kill(-pid, 'SIGSTOP');
  try {
    for (const part of ['', '-wal', '-shm']) await copyFile(from + part, to + part);
  } finally {
    process.kill(-pid, 'SIGCONT');
  }
  return to;
}

const HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 4096;
/**
 * Where the index of the log states how many frames a checkpoint has written, or is writing, to the database file: SQLite
 * flushes those frames before it starts (nBackfillAttempted of WalCkptInfo, wal.c).
 */
const BACKFILL_ATTEMPTED_AT = 128;

/** The same, with the end of the log cut off at any point after the frames that were already moved into the database file. */
async function tornCopy(copy: string, share: number): Promise<string> {
  const torn = `${copy}.torn`;
  for (const part of ['', '-wal']) await copyFile(copy + part, torn + part);
  const index = await readFile(`${copy}-shm`);
  const minLength = HEADER_BYTES + index.readUInt32LE(BACKFILL_ATTEMPTED_AT) * FRAME_BYTES;
  const { length } = await readFile(`${copy}-wal`);
  if (length > minLength) await truncate(`${torn}-wal`, Math.floor(minLength + share * (length - minLength)));
  return torn;
}

async function checkStore(path: string): Promise<{ problems: string[]; done: string[] }> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHECK_STORE, path], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as { problems: string[]; done: string[] };
}
