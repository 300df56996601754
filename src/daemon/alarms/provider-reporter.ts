import type { ExecutionProvider } from '../../contract/finding.ts';
import { describeProviders } from '../../inference/providers/describe-providers.ts';
import type { ProviderStatus } from '../../inference/providers/provider-status.ts';
import type { Metrics } from '../../health/create-metrics.ts';
import type { Systemd } from '../../health/systemd/notify-systemd.ts';
import { providersOf, type LiveParts } from '../live-parts.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface ProviderReporterDeps {
  readonly asked: ExecutionProvider;
  readonly live: Pick<LiveParts, 'inference' | 'loading'>;
  readonly alarms: Pick<TechnicalAlarms, 'set'>;
  readonly metrics: Pick<Metrics, 'setExecutionProvider'>;
  readonly systemd: Pick<Systemd, 'status' | 'extendStart'>;
  readonly sayInfo: () => void;
  /** Milliseconds that never jump: the providers' clock. */
  readonly elapsed: () => number;
}

/** A process that is started again is back within seconds; after this nobody may count on it. */
const SILENT_MS = 30_000;
/** Longer than the time between two looks, so that a start that goes on is never cut short. */
const START_EXTENSION_MS = 60_000;

/**
 * Gives a function that tells systemd, the metrics and the wards what the models run on. Call it at every change, and
 * every few seconds: it counts the minutes of a build, keeps systemd waiting for a start that is one, and raises
 * ANALYSIS_STOPPED when nothing serves: at once where nothing is under way, after 30 s where something is.
 */
export function createProviderReporter(parts: ProviderReporterDeps): () => void {
  const { asked, live, alarms, metrics, systemd, elapsed } = parts;
  let told = '';
  let line = '';
  let silentSinceMs: number | null = null;

  function tellWards(status: ProviderStatus): void {
    const { serving, level } = status;
    silentSinceMs = serving === null ? (silentSinceMs ?? elapsed()) : null;
    const isOver = level === 'not-ready' || level === 'failed';
    const isLate = silentSinceMs !== null && elapsed() - silentSinceMs >= SILENT_MS;
    if (serving !== null) {
      alarms.set('ANALYSIS_STOPPED', null);
      alarms.set('EXECUTION_PROVIDER_UNAVAILABLE', level === 'serving' ? null : asked);
      metrics.setExecutionProvider(serving, { degraded: level !== 'serving' });
    } else if (isOver || isLate) {
      alarms.set('ANALYSIS_STOPPED', asked);
      metrics.setExecutionProvider('none', { degraded: true });
    }
  }

  return function tellProvider() {
    const status = providersOf(live);
    if (status === null) return;
    const isLoading = live.inference === null;
    const next = `${isLoading ? 'Loading the model' : 'The model runs'} ${describeProviders(status, elapsed())}`;
    if (next !== line) systemd.status(next);
    line = next;
    if (isLoading && status.build !== null) systemd.extendStart(START_EXTENSION_MS);
    if (!isLoading) tellWards(status);
    const present = JSON.stringify([status.serving, status.level, status.build, isLoading]);
    if (present !== told) parts.sayInfo();
    told = present;
  };
}
