import type { Config } from '../../config/schema.ts';
import type { Logger } from '../../contract/logger.ts';
import { packageVersion } from '../../contract/package-facts.ts';
import { readBoard } from '../../health/board/read-board.ts';
import { createMetrics, type MetricReadings, type Metrics } from '../../health/create-metrics.ts';
import { diskLimits } from '../../health/disk-guard.ts';
import { serveHealth } from '../../health/serve-health.ts';
import { countEvents } from '../../network/count-events.ts';
import { notifySystemd, type Systemd } from '../../health/systemd/notify-systemd.ts';
import type { Store } from '../../store/open-store.ts';
import { healthChecks, readinessChecks } from './health-checks.ts';
import type { StatusSource } from '../status.ts';

export interface ReportingDeps {
  readonly config: Config;
  readonly store: Store;
  readonly status: StatusSource;
  readonly log: Logger;
}

/** The state of the daemon for the machine it runs on: systemd, metrics and the health port. */
export interface Reporting extends AsyncDisposable {
  readonly systemd: Systemd;
  readonly metrics: Metrics;
  readonly healthUrl: string;
}

/** Throws PORT_IN_USE, SYSTEMD_UNREACHABLE. */
export async function openReporting({ config, store, status, log }: ReportingDeps): Promise<Reporting> {
  await using opening = new AsyncDisposableStack();
  const systemd = opening.use(
    await notifySystemd({
      isMoving: () => status.read().progress.isMoving,
      onUndelivered: (reason) => log.warn({ reason }, 'systemd does not accept notifications'),
    }),
  );
  const metrics = opening.use(createMetrics(packageVersion(), metricReadings(config, store)));
  const checks = { status, store, diskLimits: diskLimits(config.store.disk) };
  const refusals = opening.use(
    countEvents({
      report: (refused) => log.warn(refused, 'connections to the health port refused'),
    }),
  );
  const health = opening.use(
    await serveHealth({
      listen: config.health.listen,
      version: packageVersion(),
      checks: healthChecks(checks),
      readiness: readinessChecks(checks),
      metrics,
      onRefused: (machine) => refusals.add({ machine }),
    }),
  );
  const opened = opening.move();
  return {
    systemd,
    metrics,
    healthUrl: health.url,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function metricReadings({ wards }: Pick<Config, 'wards'>, store: Store): MetricReadings {
  return {
    outboxPending: () => store.outbox.pendingCount(),
    alertsOpen() {
      const unacknowledged = store.alerts.open().filter(({ state }) => state !== 'acknowledged');
      const countOf = (ward: string): number =>
        unacknowledged.filter(({ wards: [own] }) => own === ward).length;
      return new Map(wards.map(({ id }) => [id, countOf(id)]));
    },
    board: readBoard,
  };
}
