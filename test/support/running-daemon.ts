import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { openStore, type Store } from '../../src/store/open-store.ts';
import { waitUntil } from './wait-until.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/bonewatch.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const START_MS = 60_000;

export interface DaemonSettings {
  readonly brokerUrl: string;
  /** Merged over a configuration of one inbox, the tiny model and two wards, `w3` and `hip`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A program and its arguments that run the daemon; by default it runs directly. */
  readonly wrapper?: readonly string[];
  readonly settleMs?: number;
  /** Merged into the only inbox. */
  readonly inbox?: Readonly<Record<string, unknown>>;
  /** The watermarks of the disk. */
  readonly disk?: Readonly<Record<string, number>>;
  /** Retention of the store, in days. */
  readonly retention?: Readonly<Record<string, number>>;
}

/** Folders and configuration of a daemon; they outlive it, like a hospital's disk. */
export interface DaemonHome extends AsyncDisposable {
  readonly folder: string;
  readonly inbox: string;
  readonly configFile: string;
  /** Starts `bonewatch run` and resolves when it logs that it is ready. */
  start(): Promise<RunningDaemon>;
  /** Starts it without waiting, so that a test can end it at any moment of its start. */
  launch(env?: NodeJS.ProcessEnv): LaunchedDaemon;
  /** The store, opened read-only while the daemon runs; dispose it. */
  openStore(): Store;
}

export interface LaunchedDaemon {
  /** Everything it has logged so far. */
  readonly log: readonly string[];
  /** Resolves when it logs that it is ready; rejects with its log if it exits first. */
  readonly ready: Promise<RunningDaemon>;
  /** Kills it and its inference process, as a power cut would. */
  crash(): Promise<void>;
}

export interface RunningDaemon extends AsyncDisposable {
  readonly pid: number;
  readonly screensUrl: string;
  readonly healthUrl: string;
  /** Everything it logged. */
  readonly log: readonly string[];
  /** Kills it and its inference process, as a power cut would. */
  crash(): Promise<void>;
  /** Sends SIGTERM and gives the exit status. */
  stop(): Promise<number | null>;
}

/** Creates a home with a configuration; starts no daemon. */
export async function aDaemonHome(settings: DaemonSettings): Promise<DaemonHome> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-daemon-'));
  const inbox = join(folder, 'inbox');
  const storePath = join(folder, 'store', 'bonewatch.db');
  const configFile = join(folder, 'bonewatch.yaml');
  await mkdir(inbox);
  const config = {
    site: { id: 'jeonju' },
    inboxes: [{ path: inbox, settleMs: settings.settleMs ?? 1000, rescanSeconds: 2, ...settings.inbox }],
    models: { directory: FIXTURES, active: ['tiny-model'], executionProviders: ['cpu'] },
    wards: [
      { id: 'w3', name: '3병동' },
      { id: 'hip', name: '정형외과', match: { bodyParts: ['hip', 'pelvis'] } },
    ],
    broker: { url: settings.brokerUrl },
    store: { path: storePath, disk: settings.disk, retention: settings.retention },
    screens: { listen: '127.0.0.1:0' },
    health: { listen: '127.0.0.1:0' },
    ...settings.config,
  };
  await writeFile(configFile, stringify(config));
  return {
    folder,
    inbox,
    configFile,
    start: () => launchDaemon(configFile, settings.wrapper ?? []).ready,
    launch: (env) => launchDaemon(configFile, settings.wrapper ?? [], env),
    openStore: () => openStore(storePath, { clock: Date, isReadOnly: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function launchDaemon(
  configFile: string,
  wrapper: readonly string[],
  env: NodeJS.ProcessEnv = {},
): LaunchedDaemon {
  const [program, ...args] = [...wrapper, process.execPath, LAUNCHER, 'run', '--config', configFile];
  // In a process group of its own, so that a kill includes the inference process, as a power cut does.
  const daemon = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  const log: string[] = [];
  for (const stream of [daemon.stdout, daemon.stderr]) {
    createInterface({ input: stream }).on('line', (line) => log.push(line));
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      const exited = once(daemon, 'exit');
      signalTo(daemon, signal);
      await exited;
    }
    return daemon.exitCode;
  };
  const crash = async (): Promise<void> => {
    await end('SIGKILL');
  };
  const ready = untilReady(daemon, log).then(({ screens, health }): RunningDaemon => ({
    ...{ pid: daemon.pid ?? 0, screensUrl: screens, healthUrl: health, log, crash },
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: crash,
  }));
  ready.catch(() => undefined);
  return { log, ready, crash };
}

function untilReady(
  daemon: ChildProcess,
  log: readonly string[],
): Promise<{ screens: string; health: string }> {
  return waitUntil(
    'the daemon is ready',
    () => {
      if (daemon.exitCode !== null || daemon.signalCode !== null)
        throw new Error(`the daemon ended:\n${log.join('\n')}`);
      return log.map(readyLine).find((line) => line !== undefined);
    },
    START_MS,
  );
}

function signalTo(daemon: ChildProcess, signal: NodeJS.Signals): void {
  if (signal === 'SIGKILL' && daemon.pid !== undefined) process.kill(-daemon.pid, signal);
  else daemon.kill(signal);
}

function readyLine(line: string): { screens: string; health: string } | undefined {
  if (!line.includes('"msg":"ready"')) return undefined;
  return JSON.parse(line.replace(/^<\d>/, '')) as { screens: string; health: string };
}
