import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../contract/clock.ts';
import { ERROR_CODES, type AlarmCode } from '../../contract/error-table.ts';
import type { Logger } from '../../contract/logger.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import { hottestCelsius, readBoard, type BoardReading } from '../../health/board/read-board.ts';
import { powerModeName } from '../../health/board/read-power-mode.ts';
import type { Broker } from '../../publish/broker/connect-broker.ts';
import { healthMessage, type DeviceHealth } from '../../publish/messages/health-message.ts';
import type { Store } from '../../store/open-store.ts';
import { publishAlarms } from '../alarms/publish-alarms.ts';
import type { TechnicalAlarms } from '../alarms/technical-alarms.ts';
import type { DeviceInfoSource } from './device-info.ts';
import { startOfDay } from '../start-of-day.ts';
import type { IntakeStatus, StatusSource } from '../status.ts';

export interface StatusPublisherDeps {
  readonly config: Pick<Config, 'site' | 'device'>;
  readonly store: Store;
  readonly status: StatusSource;
  readonly info: DeviceInfoSource;
  readonly alarms: Pick<TechnicalAlarms, 'onChange'>;
  readonly broker: Broker;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Publishes the state of the device: info, technical alarms, and its health every 30 s and after each image. */
export interface StatusPublisher extends Disposable {
  /** Publishes the info again; call it when the model or its execution provider changed. */
  readonly publishInfo: () => void;
}

const HEALTH_MS = 30_000;
const POLL_MS = 1000;
const MAX_IMAGES_TODAY = 200;

/** Publishes through a broker while it is connected; lost messages are published again on the next connection. */
export function startStatusPublisher(deps: StatusPublisherDeps): StatusPublisher {
  const { config, status, info, broker, log } = deps;
  let rev = 0;
  let publishedMs: number | null = null;

  function publish(message: OutgoingMessage): void {
    if (broker.status?.state !== 'connected') return;
    broker
      .publish(message)
      .catch((err: unknown) => log.debug({ err, topic: message.topic }, 'not published'));
  }

  const publishInfo = (): void => publish(info.message());

  function publishHealth(): void {
    rev += 1;
    readHealth(deps, rev)
      .then((health) => publish(healthMessage(config.site.id, config.device.id, health)))
      .catch((err: unknown) => log.warn({ err }, 'health not published'));
  }

  /** The time of the last image on the wards is at most a second late. */
  function publishHealthAfterImage(): void {
    const finishedMs = lastFinishedMs(status);
    if (finishedMs !== publishedMs) publishHealth();
    publishedMs = finishedMs;
  }

  const stopAlarms = publishAlarms({ alarms: deps.alarms, broker, publish, publishInfo });
  const stopListening = broker.onStatus(({ state }) => {
    if (state !== 'connected') return;
    // It may have changed since the birth messages were made.
    publishInfo();
    publishHealth();
  });
  const health = setInterval(publishHealth, HEALTH_MS);
  const images = setInterval(publishHealthAfterImage, POLL_MS);
  return {
    publishInfo,
    [Symbol.dispose]() {
      stopAlarms();
      stopListening();
      clearInterval(health);
      clearInterval(images);
    },
  };
}

function lastFinishedMs(status: StatusSource): number | null {
  const { intake } = status.read();
  return intake.state === 'up' ? intake.lastFinishedMs : null;
}

async function readHealth(
  { config, store, status, clock }: StatusPublisherDeps,
  rev: number,
): Promise<DeviceHealth> {
  const now = clock.now();
  const board = await readBoard();
  const { analysis, intake, alarms, disk, degraded, undeliveredWards } = status.read();
  const last = store.results.last();
  const midnight = startOfDay(now, config.site.timezone);
  return {
    rev,
    ts: new Date(now).toISOString(),
    queue: {
      waiting: store.ledger.counts().ready,
      working: intake.state === 'up' ? intake.working : 0,
      outbox: store.outbox.pendingCount(),
    },
    watcher: watcherHealth(intake),
    gpu: gpuHealth(board),
    board: boardHealth(board),
    disk: disk.space,
    db: { ok: !alarms.some(({ code }) => isStoreFault(code)), sizeBytes: null },
    lastImage: last && { at: new Date(last.finishedAt).toISOString(), status: last.status },
    imagesToday: store.results
      .finishedSince(midnight, MAX_IMAGES_TODAY)
      .map((at) => new Date(at).toISOString()),
    executionProvider: analysis.state === 'up' ? analysis.executionProvider : null,
    degraded,
    undeliveredWards,
  };
}

/** Whether the database cannot be written at present, or would be lost with the process. */
function isStoreFault(code: AlarmCode): boolean {
  const { alarm, retry } = ERROR_CODES[code];
  return alarm?.about === 'store' && retry === 'later';
}

function watcherHealth(intake: IntakeStatus): DeviceHealth['watcher'] {
  const inboxes = intake.state === 'up' ? intake.inboxes : [];
  const unreachable = inboxes.filter(({ trouble }) => trouble?.code === 'INBOX_UNREACHABLE').length;
  return { ok: inboxes.length > 0 && unreachable === 0, inboxes: inboxes.length, unreachable };
}

function gpuHealth({ gpuLoad, temperaturesCelsius }: BoardReading): DeviceHealth['gpu'] {
  const temperatureCelsius = temperaturesCelsius['gpu'] ?? null;
  if (gpuLoad === null && temperatureCelsius === null) return null;
  return { loadPercent: gpuLoad === null ? null : gpuLoad * 100, temperatureCelsius };
}

function boardHealth(board: BoardReading): DeviceHealth['board'] {
  return {
    powerMode: powerModeName(board.powerMode),
    temperatureCelsius: hottestCelsius(board),
    slowedBy: board.cooling.slowedBy,
    overCurrentEvents: board.cooling.overCurrentEvents,
    memoryAvailableBytes: board.memory.availableBytes,
  };
}
