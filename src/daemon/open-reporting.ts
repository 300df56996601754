import type { Clock } from '../contract/clock.ts';
import { dirname } from 'node:path';
import type { AnalysisResult } from '../contract/analysis-result.ts';
import type { Config } from '../config/schema.ts';
import { healthChecks, readinessChecks } from './health-checks.ts';
import { createStatusPublisher, type StatusPublisher } from './status-publisher.ts';
import { isBonewatchError } from '../contract/errors.ts';
import { createMetrics, type MetricReadings, type Metrics } from '../health/create-metrics.ts';
import { createDiskGuard, diskLimits, type DiskGuard } from '../health/disk-guard.ts';
import { notifySystemd, type Systemd } from '../health/systemd/notify-systemd.ts';
import { pipelineProgress, type Progress } from '../health/pipeline-progress.ts';
import { readBoard } from '../health/board/read-board.ts';
import { readStress } from '../health/board/read-stress.ts';
import { serveHealth } from '../health/serve-health.ts';
import type { LiveParts } from './live-parts.ts';
import type { Logger } from '../contract/logger.ts';
import { packageVersion } from '../contract/package-facts.ts';
import type { Store } from '../store/open-store.ts';
import { createProviderReporter } from './alarms/provider-reporter.ts';
import { createTechnicalAlarms, type TechnicalAlarms } from './alarms/technical-alarms.ts';
import { monitorBoard } from './alarms/monitor-board.ts';

export interface ReportingDeps {
  readonly config: Config;
  readonly store: Store;
  readonly live: LiveParts;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything that says how the daemon is: to systemd, to monitoring, to the wards. */
export interface Reporting extends AsyncDisposable {
  readonly systemd: Systemd;
  readonly metrics: Metrics;
  readonly alarms: TechnicalAlarms;
  readonly statusPublisher: StatusPublisher;
  readonly disk: DiskGuard;
  readonly healthUrl: string;
  /** Tells what the models run on, and raises the alarm when that is nothing, or not what was asked for. */
  reportProvider(): void;
  /** Counts one answered image and lets the wards know of it. */
  countImage(result: AnalysisResult): void;
}

const TELL_PROVIDER_MS = 5000;
const POLL_BOARD_MS = 5000;
const STALLED_AFTER_MS = 3 * 60_000;
const MISSED_RESCANS = 5;

/** Starts reporting before there is anything to report on. Throws PORT_IN_USE, SYSTEMD_UNREACHABLE. */
export async function openReporting(parts: ReportingDeps): Promise<Reporting> {
  const { config, store, live, clock, log } = parts;
  await using opened = new AsyncDisposableStack();
  const progress = progressOf(parts);
  const systemd = opened.use(
    await notifySystemd({
      // Before the first scan the model may be building for minutes: that is progress of another kind.
      isMoving: () => !live.hasScanned || progress().isMoving,
      onUndelivered: (reason) => log.warn({ reason }, 'systemd does not listen'),
    }),
  );
  const metrics = opened.use(createMetrics(packageVersion(), readings(parts)));
  const alarms = createTechnicalAlarms({
    site: config.site.id,
    device: config.device.id,
    clock,
    log,
    onChange(message) {
      voice.publish(message);
      voice.publishInfo();
    },
  });
  const disk = createDiskGuard(dirname(config.store.path), diskLimits(config.store.disk));
  const voice = opened.use(
    createStatusPublisher({ ...parts, alarms, disk, log: log.child({ stage: 'publish' }) }),
  );
  opened.use(
    monitorBoard({
      ...{ limits: config.health.board, read: readStress, alarms, pollMs: POLL_BOARD_MS },
      elapsed: () => performance.now(),
    }),
  );
  const checked = { store, live, disk: disk.check, alarms, progress };
  const health = opened.use(
    await serveHealth({
      listen: config.health.listen,
      version: packageVersion(),
      checks: healthChecks(checked),
      readiness: readinessChecks(checked),
      metrics,
    }),
  );
  const tellProvider = createProviderReporter({
    preferred: config.models.executionProviders[0] ?? 'cpu',
    ...{ live, alarms, metrics, systemd },
    publishInfo: () => voice.publishInfo(),
    elapsed: () => performance.now(),
  });
  opened.adopt(setInterval(tellProvider, TELL_PROVIDER_MS), (timer) => clearInterval(timer));
  const kept = opened.move();

  return {
    systemd,
    metrics,
    alarms,
    statusPublisher: voice,
    disk,
    healthUrl: health.url,
    reportProvider: tellProvider,
    countImage({ status, timingsMs }) {
      metrics.countImage(status);
      for (const [stage, ms] of Object.entries(timingsMs ?? {})) metrics.observeStage(stage, ms / 1000);
      voice.publishHealthSoon();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** All times are `performance.now()`'s: a clock that is set must neither hide a standstill nor feign one. */
function progressOf({ config, store, live }: ReportingDeps): () => Progress {
  const startedMs = performance.now();
  const rescanSilentAfterMs = Math.max(
    STALLED_AFTER_MS,
    ...config.inboxes.map(({ rescanSeconds }) => rescanSeconds * 1000 * MISSED_RESCANS),
  );
  let waitingSinceMs: number | null = null;
  return () => {
    const scans = live.watcher?.state().inboxes.flatMap(({ lastTriedMs }) => lastTriedMs ?? []) ?? [];
    const isWaiting = !live.isPaused && isAnyWaiting(store);
    waitingSinceMs = isWaiting ? (waitingSinceMs ?? performance.now()) : null;
    const facts = {
      startedMs,
      oldestWaitingMs: waitingSinceMs,
      lastFinishedMs: live.pipeline?.lastFinishedMs() ?? null,
      lastRescanMs: scans.length === 0 ? null : Math.max(...scans),
    };
    return pipelineProgress(
      facts,
      { stalledAfterMs: STALLED_AFTER_MS, rescanSilentAfterMs },
      performance.now(),
    );
  };
}

/** A store that cannot be read says nothing against the pipeline; that is an alarm of its own. */
function isAnyWaiting({ ledger }: Store): boolean {
  try {
    return ledger.oldestWaitingAt() !== null;
  } catch (error) {
    if (isBonewatchError(error, 'STORE_FAILED')) return false;
    throw error;
  }
}

function readings({ config, store }: ReportingDeps): MetricReadings {
  return {
    outboxPending: () => store.outbox.pendingCount(),
    alertsOpen() {
      const unseen = store.alerts.open().filter(({ state }) => state !== 'acknowledged');
      return new Map(
        config.wards.map(({ id }) => [id, unseen.filter(({ place }) => place.ward === id).length]),
      );
    },
    board: readBoard,
  };
}
