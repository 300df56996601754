import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/store/database/database.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen } from '../publish/listener.ts';
import { serviceLimitsWrapper } from './service-ceilings.ts';
import { startMosquitto } from './mosquitto.ts';
import { aDaemonHome, type RunningDaemon } from './running-daemon.ts';
import { seeded } from './seeded.ts';
import { squarePng } from './squares.ts';
import { waitUntil } from './wait-until.ts';

export interface SoakOptions {
  readonly images: number;
  /** Rows in the ledger before the run. */
  readonly rows: number;
  readonly onBatch?: (answered: number) => void;
}

export interface SoakReport {
  readonly images: number;
  readonly rows: number;
  readonly imagesPerSecond: number;
  /** Means over the four quarters of the run. */
  readonly daemonMegabytes: readonly number[];
  readonly inferenceMegabytes: readonly number[];
  readonly fileDescriptors: readonly number[];
  readonly alerts: number;
  readonly startMs: number;
  /** 99th percentile of each query of the ledger, in milliseconds of wall time. */
  readonly queryP99Ms: Readonly<Record<string, number>>;
  /** The same in CPU time, which other load on the machine does not change. */
  readonly queryCpuP99Ms: Readonly<Record<string, number>>;
}

interface Sample {
  readonly daemon: number;
  readonly inference: number;
  readonly files: number;
}

const BATCH = 100;
const FRACTURED_EVERY = 50;
const QUERIES = 2000;

/**
 * Days of work in minutes: images through the real daemon (tiny model, real broker and store), answered, acknowledged
 * and cleared from the export folder batch by batch, while its memory and files are counted.
 */
export async function soak({ images, rows, onBatch }: SoakOptions): Promise<SoakReport> {
  await using broker = await startMosquitto();
  const alerts = { closeAfterMinutes: 0 };
  const wrapper = await serviceLimitsWrapper();
  await using home = await aDaemonHome({ brokerUrl: broker.url, config: { alerts }, wrapper });
  const path = join(home.folder, 'store', 'bonewatch.db');
  openStore(path, { clock: Date })[Symbol.dispose]();
  fillLedger(path, rows);
  await using ward = await acknowledgingWard(broker.url);
  const startedMs = performance.now();
  const daemon = await home.start();
  const startMs = Math.round(performance.now() - startedMs);
  const samples: Sample[] = [];
  const workedMs = performance.now();
  {
    using store = home.openStore();
    for (let sent = 0; sent < images; sent += BATCH) {
      const names = Array.from({ length: Math.min(BATCH, images - sent) }, (_, n) => `${sent + n}.png`);
      for (const [n, name] of names.entries()) {
        const isFractured = (sent + n) % FRACTURED_EVERY === 0;
        await writeFile(join(home.inbox, name), await squarePng(sent + n, { isFractured }));
      }
      const wanted = rows + sent + names.length;
      await waitUntil('a batch', () => (store.ledger.counts().done === wanted ? true : undefined), 60_000);
      for (const name of names) await rm(join(home.inbox, name));
      samples.push(await sample(daemon));
      onBatch?.(sent + names.length);
    }
  }
  const imagesPerSecond = Math.round((images * 10_000) / (performance.now() - workedMs)) / 10;
  await waitUntil('the wards are clear', () => isClear(home.openStore()), 60_000);
  if ((await daemon.stop()) !== 0)
    throw new Error(`the daemon did not stop:\n${daemon.log.slice(-5).join('\n')}`);
  return {
    ...{ images, rows, imagesPerSecond, startMs },
    daemonMegabytes: quarters(samples.map(({ daemon: mb }) => mb)),
    inferenceMegabytes: quarters(samples.map(({ inference }) => inference)),
    fileDescriptors: quarters(samples.map(({ files }) => files)),
    alerts: ward.acknowledged(),
    ...timeQueries(path, rows),
  };
}

/** Old rows of a folder that is no longer an inbox. */
function fillLedger(path: string, rows: number): void {
  using database = openDatabase(path, { isReadOnly: false, busyTimeoutMs: 0 });
  database
    .prepare<[{ rows: number; now: number }]>(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @rows)
       INSERT INTO arrivals (inbox, path, size_bytes, mtime_ms, revision, sha256, sop_instance_uid, format, status,
         attempts, discovered_at, ready_at, finished_at)
       SELECT '/past', 'study ' || (i % 5000) || '/' || i || '.dcm', 1000, @now, 1,
         hex(randomblob(32)), '1.2.840.' || i, 'dicom', 'done', 1, @now - i, @now - i, @now - i FROM n`,
    )
    .run({ rows, now: Date.now() });
}

/** A ward that acknowledges every alert at once. */
async function acknowledgingWard(url: string): Promise<AsyncDisposable & { acknowledged(): number }> {
  const listener = await listen(url, buildTopic({ kind: 'alert', site: 'jeonju', ward: '+', alertId: '+' }));
  let done = 0;
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (; done < listener.received.length; done += 1) {
      const { topic = '', payload = '' } = listener.received[done] ?? {};
      if (payload === '' || seen.has(topic)) continue;
      seen.add(topic);
      const command = { action: 'acknowledge', by: 'nurse', display: 'soak', nonce: `n${done}` };
      void listener.publish(`${topic}/set`, JSON.stringify(command));
    }
  }, 50);
  return {
    acknowledged: () => seen.size,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await listener[Symbol.asyncDispose]();
    },
  };
}

function isClear(opened: Store): true | undefined {
  using store = opened;
  return store.alerts.open().length === 0 && store.outbox.pendingCount() === 0 ? true : undefined;
}

async function sample({ pid }: RunningDaemon): Promise<Sample> {
  const children = await childrenOf(pid);
  const inference = await Promise.all(children.map(residentMegabytes));
  return {
    daemon: await residentMegabytes(pid),
    inference: inference.reduce((sum, mb) => sum + mb, 0),
    files: (await readdir(`/proc/${pid}/fd`)).length,
  };
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

function quarters(values: readonly number[]): number[] {
  return [0, 1, 2, 3].map((quarter) => {
    const part = values.slice(
      Math.floor((quarter * values.length) / 4),
      Math.floor(((quarter + 1) * values.length) / 4),
    );
    return Math.round((part.reduce((sum, value) => sum + value, 0) / part.length) * 10) / 10;
  });
}

/** Times the queries of the daemon and the commands, thousands of runs each. */
function timeQueries(path: string, rows: number): Pick<SoakReport, 'queryP99Ms' | 'queryCpuP99Ms'> {
  using store = openStore(path, { clock: Date });
  const random = seeded(1);
  const anywhere = (): string => {
    const i = 1 + Math.floor(random() * rows);
    return `study ${i % 5000}/${i}.dcm`;
  };
  const nothing = { fracture: 0, noFracture: 0, other: 0 };
  const questions: Record<string, () => unknown> = {
    known: () => store.ledger.known('/past', anywhere()),
    unknown: () => store.ledger.known('/past', `${anywhere()} no`),
    unsettled: () => store.ledger.unfinished('/past'),
    counts: () => store.ledger.counts(),
    oldestWaiting: () => store.ledger.oldestWaitingAt(),
    claimNext: () => store.ledger.claimNext(1),
    latestImages: () => store.images.list({ limit: 50 }),
    finishedSince: () => store.results.finishedSince(Date.now() - 86_400_000, 200),
    openAlerts: () => store.alerts.open(),
    pending: () => store.outbox.pending(100),
    expired: () => store.retention.expired(nothing, Math.floor(random() * rows)),
  };
  const asked = Object.entries(questions).map(([name, ask]) => [name, timesOf(ask)] as const);
  return {
    queryP99Ms: Object.fromEntries(asked.map(([name, times]) => [name, p99(times.map(({ wall }) => wall))])),
    queryCpuP99Ms: Object.fromEntries(asked.map(([name, times]) => [name, p99(times.map(({ cpu }) => cpu))])),
  };
}

function timesOf(ask: () => unknown): readonly { readonly wall: number; readonly cpu: number }[] {
  return Array.from({ length: QUERIES }, () => {
    const startedMs = performance.now();
    const before = process.threadCpuUsage();
    ask();
    const { user, system } = process.threadCpuUsage(before);
    return { wall: performance.now() - startedMs, cpu: (user + system) / 1000 };
  });
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * 0.99)] ?? 0) * 1000) / 1000;
}
