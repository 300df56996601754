import type { Config } from '../../../config/schema.ts';
import { createLogger } from '../../../daemon/create-logger.ts';
import { goldenPictures } from '../../../phantom/golden-pictures.ts';
import { openAnalysis, type Analysis } from '../../../analysis/open-analysis.ts';

const PATIENCE_MS = 10 * 60_000;

/**
 * Models opened to be measured, not to serve: a busy machine must not change the figures, these images are not urgent,
 * and a quantised model need not have passed a gate.
 */
export async function openEvaluationAnalysis(
  config: Pick<Config, 'models' | 'scope' | 'alerts'>,
): Promise<Analysis> {
  const { models, scope } = config;
  const patient = {
    ...config,
    models: { ...models, deadlineMs: Math.max(models.deadlineMs, PATIENCE_MS) },
    scope: { ...scope, decodeDeadlineMs: Math.max(scope.decodeDeadlineMs, PATIENCE_MS) },
  };
  return openAnalysis(patient, {
    purpose: 'measure',
    proofPictures: goldenPictures,
    log: createLogger('warn'),
  });
}
