import type { Clock } from '../contract/clock.ts';
import type { Config } from '../config/schema.ts';
import type { DiskGuard } from '../health/disk-guard.ts';
import { hottestCelsius, readBoard } from '../health/board/read-board.ts';
import { powerModeName } from '../health/board/read-power-mode.ts';
import { providersOf, type LiveParts } from './live-parts.ts';
import type { Logger } from '../contract/logger.ts';
import type { Broker } from '../publish/broker/connect-broker.ts';
import { healthMessage, type DeviceHealth } from '../publish/messages/health-message.ts';
import { infoMessage } from '../publish/messages/info-message.ts';
import type { OutgoingMessage } from '../contract/outgoing-message.ts';
import { packageVersion } from '../contract/package-facts.ts';
import { startOfDay } from './start-of-day.ts';
import type { Store } from '../store/open-store.ts';
import type { TechnicalAlarms } from './alarms/technical-alarms.ts';

export interface StatusPublisherDeps {
  readonly config: Pick<Config, 'site' | 'device'>;
  readonly store: Store;
  readonly alarms: TechnicalAlarms;
  readonly disk: DiskGuard;
  readonly live: LiveParts;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the device says of itself, whatever becomes of the images. */
export interface StatusPublisher extends Disposable {
  /** Present info and alarms: the first words of each connection. */
  birthMessages(): OutgoingMessage[];
  /** From here on the pulse beats, every 30 s, and changes are told at once. */
  attach(broker: Broker): void;
  /** Tells the info again; call it when the model or its execution provider changed. */
  publishInfo(): void;
  publish(message: OutgoingMessage): void;
  /** Lets the pulse beat within a second, so that the time of the last image on the wards is right. */
  publishHealthSoon(): void;
}

const PULSE_MS = 30_000;
const SOON_MS = 1000;
const MAX_IMAGES_TODAY = 200;

/** Gives the device its voice; silent until it has a broker to speak through. */
export function createStatusPublisher(parts: StatusPublisherDeps): StatusPublisher {
  const { config, alarms, clock, log } = parts;
  const [site, device] = [config.site.id, config.device.id];
  let infoRev = 0;
  let pulseRev = 0;
  let broker: Broker | null = null;
  let pulse: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;

  function info(): OutgoingMessage {
    const { inference } = parts.live;
    const build = providersOf(parts.live)?.build ?? null;
    const now = clock.now();
    infoRev += 1;
    return infoMessage(site, device, {
      rev: infoRev,
      versions: { bonewatch: packageVersion(), node: process.versions.node },
      models: inference ? inference.models : [],
      executionProvider: inference?.executionProvider() ?? null,
      engineBuild: build && {
        since: new Date(now - (performance.now() - build.since)).toISOString(),
        usualSeconds: build.usualMs === null ? null : Math.round(build.usualMs / 1000),
      },
      degraded: alarms.degrading(),
      ts: new Date(now).toISOString(),
    });
  }

  function say(message: OutgoingMessage): void {
    if (broker?.status?.state !== 'connected') return;
    // What is lost here is said again with the next pulse or connection.
    broker.publish(message).catch((err: unknown) => log.debug({ err, topic: message.topic }, 'not said'));
  }

  async function beat(): Promise<void> {
    clearTimeout(soon);
    soon = undefined;
    pulseRev += 1;
    say(healthMessage(site, device, await readHealth(parts, pulseRev)));
  }

  function beatNow(): void {
    beat().catch((err: unknown) => log.warn({ err }, 'no pulse'));
  }

  return {
    birthMessages: () => [info(), ...alarms.messages()],
    attach(connection) {
      broker = connection;
      pulse = setInterval(beatNow, PULSE_MS);
      connection.onStatus(({ state }) => {
        if (state === 'connected') beatNow();
      });
    },
    publishInfo: () => say(info()),
    publish: say,
    publishHealthSoon: () => (soon ??= setTimeout(beatNow, SOON_MS)),
    [Symbol.dispose]() {
      clearInterval(pulse);
      clearTimeout(soon);
    },
  };
}

async function readHealth(parts: StatusPublisherDeps, rev: number): Promise<DeviceHealth> {
  const { store, clock, alarms, live } = parts;
  const now = clock.now();
  const counts = store.ledger.counts();
  const board = await readBoard();
  const inboxes = live.watcher?.state().inboxes ?? [];
  const unreachable = inboxes.filter(({ trouble }) => trouble?.code === 'INBOX_UNREACHABLE').length;
  const disk = await parts.disk.read().catch(() => null);
  const gpuTemperature = board.temperaturesCelsius['gpu'] ?? null;
  const last = store.results.last();
  return {
    rev,
    ts: new Date(now).toISOString(),
    queue: {
      waiting: counts.ready,
      working: live.pipeline?.inWork() ?? 0,
      outbox: store.outbox.pendingCount(),
    },
    watcher: { ok: inboxes.length > 0 && unreachable === 0, inboxes: inboxes.length, unreachable },
    gpu:
      board.gpuLoad === null && gpuTemperature === null
        ? null
        : {
            loadPercent: board.gpuLoad === null ? null : board.gpuLoad * 100,
            temperatureCelsius: gpuTemperature,
          },
    board: {
      powerMode: powerModeName(board.powerMode),
      temperatureCelsius: hottestCelsius(board),
      slowedBy: board.cooling.slowedBy,
      overCurrentEvents: board.cooling.overCurrentEvents,
      memoryAvailableBytes: board.memory.availableBytes,
    },
    disk,
    db: { ok: !alarms.active().includes('STORE_FAILED'), sizeBytes: null },
    lastImage: last && { at: new Date(last.finishedAt).toISOString(), status: last.status },
    imagesToday: store.results
      .finishedSince(startOfDay(now, parts.config.site.timezone), MAX_IMAGES_TODAY)
      .map((at) => new Date(at).toISOString()),
    executionProvider: live.inference?.executionProvider() ?? null,
    degraded: alarms.degrading(),
  };
}
