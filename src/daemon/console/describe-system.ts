import type { Clock } from '../../contract/clock.ts';
import { statSync } from 'node:fs';
import { startOfDay } from '../start-of-day.ts';
import type { Config } from '../../config/schema.ts';
import { hottestCelsius, readBoard, type BoardReading } from '../../health/board/read-board.ts';
import { powerModeName } from '../../health/board/read-power-mode.ts';
import { providersOf, type LiveParts } from '../live-parts.ts';
import { backupPath } from '../open-record.ts';
import type { Reporting } from '../open-reporting.ts';
import type { SystemState } from '../../contract/api/system.ts';
import { packageVersion } from '../../contract/package-facts.ts';
import type { Store } from '../../store/open-store.ts';

interface SystemParts {
  readonly config: Config;
  readonly store: Store;
  readonly live: LiveParts;
  readonly reporting: Pick<Reporting, 'alarms' | 'disk'>;
  readonly clock: Clock;
}

/** Says how the device is, and remembers the last hour of its temperature and power. */
export interface SystemDescriber extends Disposable {
  describe(): Promise<SystemState>;
}

const SAMPLE_MS = 60_000;
const SAMPLES = 60;
const RECENT_IMAGES = 50;

/** Starts sampling the board, once a minute. */
export function describeSystem(parts: SystemParts): SystemDescriber {
  const history: SystemState['board']['history'][number][] = [];
  const sample = async (): Promise<void> => {
    const board = await readBoard();
    history.push({ celsius: hottestCelsius(board), watts: wattsOf(board) });
    if (history.length > SAMPLES) history.shift();
  };
  void sample();
  const timer = setInterval(() => void sample(), SAMPLE_MS);
  const startedMs = performance.now();
  return {
    describe: async () => ({
      version: packageVersion(),
      device: { ...deviceOf(parts), upMs: Math.round(performance.now() - startedMs) },
      inboxes: inboxesOf(parts),
      ...stagesOf(parts),
      record: await recordOf(parts),
      broker: brokerOf(parts),
      wards: wardsOf(parts),
      board: boardOf(await readBoard(), history),
      alarms: parts.reporting.alarms.activeAlarms(),
    }),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function deviceOf({ config }: SystemParts): { readonly id: string; readonly room: string } {
  return { id: config.device.id, room: config.device.room };
}

function inboxesOf({ config, store, live, clock }: SystemParts): SystemState['inboxes'] {
  const today = store.search.perInbox(startOfDay(clock.now(), config.site.timezone));
  const states = live.watcher?.state().inboxes ?? [];
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

function stagesOf({ config, store, live }: SystemParts): Pick<SystemState, 'reading' | 'analysis'> {
  const recent = store.results.latest(RECENT_IMAGES).flatMap(({ timingsMs }) => timingsMs ?? []);
  const models = live.inference?.models ?? [];
  return {
    reading: {
      waiting: store.ledger.counts().ready,
      working: live.pipeline?.inWork() ?? 0,
      usuallyMs: median(recent.map(({ read, decode }) => read + decode)),
    },
    analysis: {
      model: models.map(({ name, version }) => `${name} ${version}`).join(' + ') || null,
      provider: live.inference?.executionProvider() ?? null,
      build: buildOf(live),
      asked: config.models.executionProviders[0] ?? 'cpu',
      isDegraded: live.inference?.isDegraded() ?? false,
      lastMs: recent[0]?.inference ?? null,
      usuallyMs: median(recent.map(({ inference }) => inference)),
    },
  };
}

function buildOf(live: LiveParts): SystemState['analysis']['build'] {
  const build = providersOf(live)?.build ?? null;
  return build && { elapsedMs: Math.round(performance.now() - build.since), usualMs: build.usualMs };
}

async function recordOf({ config, store, reporting }: SystemParts): Promise<SystemState['record']> {
  const disk = await reporting.disk.read().catch(() => null);
  const counts = Object.values(store.ledger.counts());
  return {
    images: counts.reduce((sum, count) => sum + count, 0),
    backedUpAt: statSync(backupPath(config.store), { throwIfNoEntry: false })?.mtimeMs ?? null,
    freeBytes: disk?.freeBytes ?? null,
    totalBytes: disk?.totalBytes ?? null,
  };
}

function brokerOf({ live, store }: SystemParts): SystemState['broker'] {
  const status = live.broker?.status;
  return {
    isConnected: status?.state === 'connected',
    reason: status?.state === 'disconnected' ? status.error.code : null,
    toSend: store.outbox.pendingCount(),
  };
}

function wardsOf({ config, live }: SystemParts): SystemState['wards'] {
  return config.wards.map(({ id, name }) => ({
    id,
    name,
    displays: (live.wards?.watching(id) ?? []).map((display) => ({
      id: display,
      receivedAt: live.wards?.lastReceiptAt(display) ?? null,
    })),
  }));
}

function boardOf(board: BoardReading, history: SystemState['board']['history']): SystemState['board'] {
  return {
    model: board.model,
    temperatures: board.temperaturesCelsius,
    watts: wattsOf(board),
    powerMode: powerModeName(board.powerMode),
    gpuLoad: board.gpuLoad,
    memoryTotalBytes: board.memory.totalBytes,
    memoryFreeBytes: board.memory.availableBytes,
    history: [...history],
  };
}

function wattsOf({ powerWatts }: BoardReading): number | null {
  return powerWatts.total;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
