import { createProviderReporter, type ProviderReporterDeps } from '../alarms/provider-reporter.ts';
import type { AnalysisPart } from '../analysis-part.ts';

export interface ProviderReportDeps extends ProviderReporterDeps {
  readonly analysis: Pick<AnalysisPart, 'onProviderChange'>;
}

const INTERVAL_MS = 1000;

/** Reports the execution providers at every change, and every second, since an engine build takes minutes. */
export function startProviderReports(deps: ProviderReportDeps): Disposable {
  const report = createProviderReporter(deps);
  deps.analysis.onProviderChange(report);
  const timer = setInterval(report, INTERVAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
