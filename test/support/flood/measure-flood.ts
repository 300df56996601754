import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listen, type Listener } from '../../publish/listener.ts';
import { startMosquitto } from '../mosquitto.ts';
import { aDaemonHome, type DaemonHome, type RunningDaemon } from '../running-daemon.ts';
import { waitUntil } from '../wait-until.ts';
import { requestFrom } from './request-from.ts';
import { startFlood, type FloodPlan } from './start-flood.ts';

export interface FloodMeasurement {
  /** Files for the inbox, half of them before the flood and half of them during it. */
  readonly images: readonly Uint8Array[];
  readonly plan: Omit<FloodPlan, 'ports'>;
  /** File descriptors that the daemon may have, as its unit limits them. */
  readonly maxOpenFiles: number;
  /** Merged into the configuration of the daemon. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Called while the flood lasts, with the daemon and its pages' address for another machine. */
  readonly during?: (daemon: RunningDaemon, wardUrl: string) => Promise<void>;
}

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** Milliseconds; of a page and of /health with a new connection each, from an address that does not flood. */
interface PhaseReport {
  readonly images: number;
  /** From the last byte of a file to its result at the broker. */
  readonly imageMs: Percentiles;
  readonly pageMs: Percentiles;
  readonly healthMs: Percentiles;
  readonly requests: number;
  readonly failedRequests: number;
  readonly maxFileDescriptors: number;
}

export interface FloodReport {
  readonly maxOpenFiles: number;
  readonly before: PhaseReport;
  readonly during: PhaseReport;
  readonly flood: { readonly attempts: number; readonly open: number; readonly closed: number };
  readonly refusalLines: number;
}

const OWN_ADDRESS = '127.0.0.2';
const PROBE_INTERVAL_MS = 100;

/** Images through the real daemon (real broker and store) while its ports are flooded with connections. */
export async function measureFlood(options: FloodMeasurement): Promise<FloodReport> {
  const { images, plan, maxOpenFiles, config = {} } = options;
  await using broker = await startMosquitto();
  await using home = await aDaemonHome({
    brokerUrl: broker.url,
    settleMs: 100,
    config: {
      screens: { listen: '0.0.0.0:0', trustNetwork: true },
      health: { listen: '0.0.0.0:0' },
      ...config,
    },
    wrapper: ['prlimit', `--nofile=${maxOpenFiles}:${maxOpenFiles}`],
  });
  await using daemon = await home.start();
  await using results = await listen(broker.url, 'bonewatch/v1/+/+/image');
  const measure = (some: readonly Uint8Array[]) => measurePhase(some, { home, daemon, results });

  const half = Math.floor(images.length / 2);
  const before = await measure(images.slice(0, half));
  const ports = [daemon.screensUrl, daemon.healthUrl].map((url) => Number(new URL(url).port));
  await using flood = startFlood({ ...plan, ports });
  await waitUntil('the flood', () => (flood.state().attempts >= plan.connections ? true : undefined), 60_000);
  const during = await measure(images.slice(half));
  await options.during?.(daemon, ownUrl(daemon.screensUrl));
  const refusalLines = daemon.log.filter((line) => line.includes('refused')).length;
  return { maxOpenFiles, before, during, flood: flood.state(), refusalLines };
}

interface PhaseDeps {
  readonly home: DaemonHome;
  readonly daemon: RunningDaemon;
  readonly results: Listener;
}

async function measurePhase(images: readonly Uint8Array[], deps: PhaseDeps): Promise<PhaseReport> {
  const { daemon } = deps;
  const isOver = { value: false };
  const probing = probe(daemon, isOver);
  const imageMs: number[] = [];
  for (const image of images) imageMs.push(await analyse(image, deps));
  isOver.value = true;
  const { pageMs, healthMs, failed, maxFiles } = await probing;
  return {
    images: images.length,
    imageMs: percentiles(imageMs),
    pageMs: percentiles(pageMs),
    healthMs: percentiles(healthMs),
    requests: pageMs.length + healthMs.length + failed,
    failedRequests: failed,
    maxFileDescriptors: maxFiles,
  };
}

async function analyse(bytes: Uint8Array, { home, results }: PhaseDeps): Promise<number> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = join(home.folder, 'arriving');
  await writeFile(path, bytes);
  const writtenAt = performance.now();
  await rename(path, join(home.inbox, `${sha256}.dcm`));
  const published = (): true | undefined =>
    results.received.some(({ payload }) => payload.includes(sha256)) || undefined;
  await waitUntil('the result of the image', published, 60_000);
  return performance.now() - writtenAt;
}

async function probe(daemon: RunningDaemon, isOver: { readonly value: boolean }) {
  const [pageMs, healthMs]: [number[], number[]] = [[], []];
  let failed = 0;
  let maxFiles = 0;
  async function request(url: string, times: number[]): Promise<void> {
    const from = performance.now();
    const isAnswered = await requestFrom(OWN_ADDRESS, url).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isAnswered) times.push(performance.now() - from);
    else failed += 1;
  }
  while (!isOver.value) {
    await request(`${ownUrl(daemon.screensUrl)}/ward/w3`, pageMs);
    await request(`${ownUrl(daemon.healthUrl)}/health`, healthMs);
    maxFiles = Math.max(maxFiles, readdirSync(`/proc/${daemon.pid}/fd`).length);
    await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL_MS));
  }
  return { pageMs, healthMs, failed, maxFiles };
}

function ownUrl(url: string): string {
  return url.replace('0.0.0.0', OWN_ADDRESS);
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}
