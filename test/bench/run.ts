/** `npm run bench`: latency, throughput and memory of the daemon and of the shipped models, as JSON on standard output. */
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';
import { buildTopic } from '../../src/contract/topics.ts';
import { listen, type Listener } from '../publish/listener.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { aDaemonHome, type DaemonHome, type RunningDaemon } from '../support/running-daemon.ts';
import { writeDicom } from '../support/write-dicom.ts';
import { timeModels } from './models.ts';

const LATENCY_IMAGES = 60;
const STREAM_IMAGES = 100;

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const report = { ...(await measure()), models: await timeModels() };
const text = `${JSON.stringify(report, null, 2)}\n`;
if (values.out !== undefined) await writeFile(values.out, text);
process.stdout.write(text);

async function measure(): Promise<object> {
  await using broker = await startMosquitto();
  const models = {
    directory: SHIPPED_MODELS_DIRECTORY,
    active: ['fracture-default'],
    executionProviders: ['cpu'],
  };
  await using home = await aDaemonHome({ brokerUrl: broker.url, config: { models } });
  await using images = await listen(
    broker.url,
    buildTopic({ kind: 'image', site: 'jeonju', device: 'console-1' }),
  );
  await using daemon = await home.start();
  await oneAtATime(3, { home, images, side: 1000 });
  await eventLoopDelay(daemon);
  const latency = await oneAtATime(LATENCY_IMAGES, { home, images, side: 1500 });
  const delays = [await eventLoopDelay(daemon)];
  const memory = watchMemory(daemon.pid);
  const started = performance.now();
  await stream(STREAM_IMAGES, { home, images, delays, daemon });
  const seconds = (performance.now() - started) / 1000;
  const [first] = latency;
  return {
    measured: new Date().toISOString().slice(0, 10),
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    node: process.versions.node,
    executionProvider: first?.result.executionProvider,
    model: first?.result.models[0],
    oneAtATime: {
      images: LATENCY_IMAGES,
      picture: '1500 × 1500, 12 bits, uncompressed DX',
      inferenceMs: percentiles(latency.map(({ result }) => result.timingsMs?.inference ?? 0)),
      decodeMs: percentiles(latency.map(({ result }) => result.timingsMs?.decode ?? 0)),
      preprocessMs: percentiles(latency.map(({ result }) => result.timingsMs?.preprocess ?? 0)),
      lastByteToMessageMs: percentiles(latency.map(({ ms }) => ms)),
      allButTheModelMs: percentiles(latency.map(({ ms, result }) => ms - (result.timingsMs?.inference ?? 0))),
    },
    stream: {
      images: STREAM_IMAGES,
      picture: '3000 × 3000, 16 bits, uncompressed DX',
      imagesPerSecond: round(STREAM_IMAGES / seconds),
      residentMegabytes: await memory.stop(),
    },
    eventLoopDelayMs: {
      p99: Math.max(...delays.map(({ p99 }) => p99)),
      note: 'main thread, under load',
    },
  };
}

interface Answer {
  readonly ms: number;
  readonly result: AnalysisResult;
}

async function oneAtATime(
  count: number,
  { home, images, side }: { home: DaemonHome; images: Listener; side: number },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let number = 0; number < count; number += 1) {
    const uid = `1.2.3.${Date.now()}.${number}`;
    const bytes = picture(uid, side, 12);
    const folder = join(home.inbox, uid, 'series');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '.part'), bytes);
    await rename(join(folder, '.part'), join(folder, 'image.dcm'));
    const written = performance.now();
    const result = await answerTo(images, uid);
    answers.push({ ms: performance.now() - written, result });
  }
  return answers;
}

async function stream(
  count: number,
  parts: { home: DaemonHome; images: Listener; delays: { p99: number }[]; daemon: RunningDaemon },
): Promise<void> {
  const { home, images, delays, daemon } = parts;
  const waiting: { uid: string; path: string }[] = [];
  const finishOne = async (): Promise<void> => {
    const next = waiting.shift();
    if (!next) return;
    await answerTo(images, next.uid);
    await rm(next.path);
  };
  for (let number = 0; number < count; number += 1) {
    const uid = `1.2.4.${Date.now()}.${number}`;
    const path = join(home.inbox, `${uid}.dcm`);
    await writeFile(path, picture(uid, 3000, 16));
    waiting.push({ uid, path });
    if (waiting.length >= 4) await finishOne();
    if (number % 20 === 19) delays.push(await eventLoopDelay(daemon));
  }
  while (waiting.length > 0) await finishOne();
  delays.push(await eventLoopDelay(daemon));
}

async function answerTo(images: Listener, uid: string): Promise<AnalysisResult> {
  const { payload } = await images.until((message) => message.payload.includes(`"${uid}"`));
  return JSON.parse(payload) as AnalysisResult;
}

/** A picture with some structure, different for every UID. */
function picture(uid: string, side: number, bits: number): Buffer {
  const stored = new Uint16Array(side * side);
  const maxValue = 2 ** bits - 1;
  const seed = Buffer.from(uid).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const wave = Math.abs(((x * 7 + y * 3 + seed) % 2000) - 1000) / 1000;
      stored[y * side + x] = Math.round(maxValue * wave);
    }
  }
  return writeDicom({
    rows: side,
    columns: side,
    stored,
    bitsStored: bits,
    elements: [
      ['00080018', 'UI', uid],
      ['0020000d', 'UI', uid],
      ['00180015', 'CS', 'WRIST'],
    ],
  });
}

async function eventLoopDelay({ healthUrl }: RunningDaemon): Promise<{ p99: number }> {
  const metrics = await (await fetch(`${healthUrl}/metrics`)).text();
  const seconds = /^bonewatch_event_loop_delay_seconds\{quantile="0.99"\} (.*)$/m.exec(metrics)?.[1];
  return { p99: round(Number(seconds) * 1000) };
}

/** Samples the resident memory of the daemon and of its inference process four times a second. */
function watchMemory(pid: number): { stop(): Promise<object> } {
  const peaks = { daemon: 0, inference: 0, together: 0 };
  const sample = async (): Promise<void> => {
    const daemon = await residentMegabytes(pid);
    const children = await childrenOf(pid);
    const inference = (await Promise.all(children.map(residentMegabytes))).reduce((sum, mb) => sum + mb, 0);
    peaks.daemon = Math.max(peaks.daemon, daemon);
    peaks.inference = Math.max(peaks.inference, inference);
    peaks.together = Math.max(peaks.together, daemon + inference);
  };
  const timer = setInterval(() => void sample(), 250);
  return {
    async stop() {
      await sample();
      clearInterval(timer);
      return Object.fromEntries(Object.entries(peaks).map(([name, mb]) => [`${name}Peak`, Math.round(mb)]));
    },
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

function percentiles(values: readonly number[]): { p50: number; p95: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
