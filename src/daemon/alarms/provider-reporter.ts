import type { ExecutionProvider } from '../../contract/finding.ts';
import { describeProviders } from '../../inference/providers/describe-providers.ts';
import type { ProviderStatus } from '../../inference/providers/provider-status.ts';
import type { Metrics } from '../../health/create-metrics.ts';
import type { Systemd } from '../../health/systemd/notify-systemd.ts';
import type { AnalysisStatus } from '../status.ts';
import type { TechnicalAlarms } from './technical-alarms.ts';

export interface ProviderReporterDeps {
  /** The first of models.executionProviders. */
  readonly preferred: ExecutionProvider;
  readonly status: { read(): { readonly analysis: AnalysisStatus } };
  readonly alarms: Pick<TechnicalAlarms, 'raise' | 'clear'>;
  readonly metrics: Pick<Metrics, 'setExecutionProvider'>;
  readonly systemd: Pick<Systemd, 'status' | 'extendStart'>;
  readonly publishInfo: () => void;
  /** The monotonic clock of the providers, in milliseconds. */
  readonly elapsed: () => number;
}

/** A restarted inference process is back within seconds; after this, analysis counts as stopped. */
const MAX_RESTART_MS = 30_000;
/** Longer than the time between two calls, so that systemd never ends a start that is still in progress. */
const START_EXTENSION_MS = 60_000;

/**
 * Creates a function that reports to systemd, the metrics and the wards which execution provider runs the models. Call
 * it at every change and every few seconds: it counts the minutes of an engine build, extends systemd's start timeout
 * during one, and raises ANALYSIS_STOPPED when no provider works: at once, or after 30 s while one is being restarted.
 */
export function createProviderReporter(deps: ProviderReporterDeps): () => void {
  const { preferred, alarms, metrics, systemd, elapsed } = deps;
  let published = '';
  let line = '';
  let stoppedSinceMs: number | null = null;

  function updateAlarms(status: ProviderStatus): void {
    const { serving, level } = status;
    stoppedSinceMs = serving === null ? (stoppedSinceMs ?? elapsed()) : null;
    const isStopped = level === 'not-ready' || level === 'failed';
    const isLate = stoppedSinceMs !== null && elapsed() - stoppedSinceMs >= MAX_RESTART_MS;
    if (serving !== null) {
      alarms.clear('ANALYSIS_STOPPED');
      if (level === 'serving') alarms.clear('EXECUTION_PROVIDER_UNAVAILABLE');
      else alarms.raise('EXECUTION_PROVIDER_UNAVAILABLE', preferred, status.reason ?? undefined);
      metrics.setExecutionProvider(serving, { degraded: level !== 'serving' });
    } else if (isStopped || isLate) {
      alarms.raise('ANALYSIS_STOPPED', preferred, status.reason ?? undefined);
      metrics.setExecutionProvider('none', { degraded: true });
    }
  }

  return function reportProvider() {
    const { analysis } = deps.status.read();
    const { providers: status } = analysis;
    if (status === null) return;
    const isLoading = analysis.state !== 'up';
    const next = `${isLoading ? 'Loading the model' : 'The model runs'} ${describeProviders(status, elapsed())}`;
    if (next !== line) systemd.status(next);
    line = next;
    if (isLoading && status.build !== null) systemd.extendStart(START_EXTENSION_MS);
    if (!isLoading) updateAlarms(status);
    const present = JSON.stringify([status.serving, status.level, status.build, isLoading]);
    if (present !== published) deps.publishInfo();
    published = present;
  };
}
