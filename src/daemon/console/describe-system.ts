import type { Clock } from '../../contract/clock.ts';
import { statSync } from 'node:fs';
import { startOfDay } from '../start-of-day.ts';
import type { Config } from '../../config/schema.ts';
import { hottestCelsius, readBoard, type BoardReading } from '../../health/board/read-board.ts';
import { powerModeName } from '../../health/board/read-power-mode.ts';
import { backupPath } from '../record/backup-path.ts';
import type { DaemonStatus, StatusSource } from '../status.ts';
import type { SystemState } from '../../contract/api/system.ts';
import { packageVersion } from '../../contract/package-facts.ts';
import type { Store } from '../../store/open-store.ts';

interface SystemDeps {
  readonly config: Config;
  readonly store: Store;
  readonly status: StatusSource;
  readonly clock: Clock;
}

/** The state of the device for the system page, with the last hour of its temperature and power. */
export interface SystemDescriber extends Disposable {
  describe(): Promise<SystemState>;
}

const SAMPLE_MS = 60_000;
const MAX_SAMPLES = 60;
const RECENT_IMAGES = 50;

/** Starts sampling the board, once a minute. */
export function startSystemDescriber(deps: SystemDeps): SystemDescriber {
  const history: SystemState['board']['history'][number][] = [];
  const sample = async (): Promise<void> => {
    const board = await readBoard();
    history.push({ celsius: hottestCelsius(board), watts: board.powerWatts.total });
    if (history.length > MAX_SAMPLES) history.shift();
  };
  void sample();
  const timer = setInterval(() => void sample(), SAMPLE_MS);
  const startedMs = performance.now();
  return {
    async describe() {
      const board = await readBoard();
      const status = deps.status.read();
      const { id, room } = deps.config.device;
      return {
        version: packageVersion(),
        serverTime: new Date(deps.clock.now()).toISOString(),
        device: { id, room, upMs: Math.round(performance.now() - startedMs) },
        inboxes: inboxesOf(status, deps),
        ...stagesOf(status, deps),
        record: recordOf(status, deps),
        broker: brokerOf(status, deps),
        wards: deps.config.wards.map((ward) => wardOf(ward, status)),
        board: boardOf(board, history),
        alarms: status.alarms,
      };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function inboxesOf({ intake }: DaemonStatus, { config, store, clock }: SystemDeps): SystemState['inboxes'] {
  const today = store.search.perInbox(startOfDay(clock.now(), config.site.timezone));
  const states = intake.state === 'up' ? intake.inboxes : [];
  return config.inboxes.map(({ path }) => {
    const count = today.find(({ inbox }) => inbox === path);
    const state = states.find((one) => one.path === path);
    return {
      path,
      mode: state?.mode ?? null,
      trouble: state?.trouble?.code ?? null,
      imagesToday: count?.images ?? 0,
      lastImageAt: count?.lastAt ?? null,
      lastScanAt: state?.lastScan?.finishedAt ?? null,
    };
  });
}

function stagesOf(
  { analysis, intake }: DaemonStatus,
  { config, store }: SystemDeps,
): Pick<SystemState, 'reading' | 'analysis'> {
  const recent = store.results.latest(RECENT_IMAGES).flatMap(({ timingsMs }) => timingsMs ?? []);
  const models = analysis.state === 'up' ? analysis.models : [];
  return {
    reading: {
      waiting: store.ledger.counts().ready,
      working: intake.state === 'up' ? intake.working : 0,
      usuallyMs: median(recent.map(({ read, decode }) => read + decode)),
    },
    analysis: {
      model: models.map(({ name, version }) => `${name} ${version}`).join(' + ') || null,
      provider: analysis.state === 'up' ? analysis.executionProvider : null,
      build: buildOf(analysis),
      asked: config.models.executionProviders[0] ?? 'cpu',
      isDegraded: analysis.state === 'up' && analysis.isDegraded,
      lastMs: recent[0]?.inference ?? null,
      usuallyMs: median(recent.map(({ inference }) => inference)),
    },
  };
}

function buildOf({ providers }: DaemonStatus['analysis']): SystemState['analysis']['build'] {
  const build = providers?.build ?? null;
  return build && { elapsedMs: Math.round(performance.now() - build.since), usualMs: build.usualMs };
}

function recordOf({ disk }: DaemonStatus, { config, store }: SystemDeps): SystemState['record'] {
  const counts = Object.values(store.ledger.counts());
  return {
    images: counts.reduce((sum, count) => sum + count, 0),
    backedUpAt: statSync(backupPath(config.store), { throwIfNoEntry: false })?.mtimeMs ?? null,
    freeBytes: disk.space?.freeBytes ?? null,
    totalBytes: disk.space?.totalBytes ?? null,
  };
}

function brokerOf({ broker }: DaemonStatus, { store }: SystemDeps): SystemState['broker'] {
  return {
    isConnected: broker.state === 'up',
    reason: broker.state === 'up' ? null : broker.code,
    toSend: store.outbox.pendingCount(),
  };
}

function wardOf(
  { id, name }: Config['wards'][number],
  { displays }: DaemonStatus,
): SystemState['wards'][number] {
  return { id, name, displays: displays.get(id) ?? [] };
}

function boardOf(board: BoardReading, history: SystemState['board']['history']): SystemState['board'] {
  return {
    model: board.model,
    temperatures: board.temperaturesCelsius,
    watts: board.powerWatts.total,
    powerMode: powerModeName(board.powerMode),
    gpuLoad: board.gpuLoad,
    memoryTotalBytes: board.memory.totalBytes,
    memoryFreeBytes: board.memory.availableBytes,
    history: [...history],
  };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
