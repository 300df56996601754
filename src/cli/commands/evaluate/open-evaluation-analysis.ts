import type { Config } from '../../../config/schema.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { goldenPictures } from '../../../phantom/golden-pictures.ts';
import { openAnalysis, type Analysis } from '../../../analysis/open-analysis.ts';

const DEADLINE_MS = 10 * 60_000;

/**
 * Opens models for a measurement: with long deadlines, so that a busy machine does not change the figures, and without
 * the validation that a quantised model needs to serve.
 */
export async function openEvaluationAnalysis(
  config: Pick<Config, 'models' | 'scope' | 'alerts'>,
): Promise<Analysis> {
  const { models, scope } = config;
  const patient = {
    ...config,
    models: { ...models, deadlineMs: Math.max(models.deadlineMs, DEADLINE_MS) },
    scope: { ...scope, decodeDeadlineMs: Math.max(scope.decodeDeadlineMs, DEADLINE_MS) },
  };
  return openAnalysis(patient, {
    purpose: 'measure',
    proofPictures: goldenPictures,
    log: createLogger('warn'),
  });
}
