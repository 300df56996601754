import { join } from 'node:path';
import type { Config } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import type { ExecutionProvider } from '../../../contract/finding.ts';
import { requireValidation } from '../../../inference/quantisation/validation-record.ts';
import { loadModel } from '../../../inference/models/load-model.ts';
import { letterbox } from '../../../preprocess/letterbox.ts';
import { openInference } from '../../../inference/open-inference.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../../contract/package-facts.ts';

/** Checks the configured models, and loads them on each execution provider. */
export function modelChecks(models: Config['models']): Check[] {
  const names = models.active.map((entry) => (typeof entry === 'string' ? entry : entry.model));
  return names.flatMap((name) => {
    const folder = join(models.directory ?? SHIPPED_MODELS_DIRECTORY, name);
    const of = names.length > 1 ? ` of ${name}` : '';
    return [
      { name: names.length > 1 ? `model ${name}` : 'model', run: () => checkModel(folder) },
      ...models.executionProviders.map((provider, index) => ({
        name: `provider ${provider}${of}`,
        run: () => checkProvider(folder, provider, { isFirst: index === 0, models }),
      })),
    ];
  });
}

async function checkModel(folder: string): Promise<CheckOutcome> {
  try {
    const model = await loadModel(folder);
    const { manifest } = model;
    if (model.quantisation !== null) await requireValidation(model);
    return { state: 'ok', message: `${manifest.name} ${manifest.version}, its file matches the manifest.` };
  } catch (error) {
    return failed(error);
  }
}

async function checkProvider(
  folder: string,
  provider: ExecutionProvider,
  { isFirst, models }: { isFirst: boolean; models: Config['models'] },
): Promise<CheckOutcome> {
  try {
    const started = performance.now();
    const options = {
      ...models,
      executionProviders: [provider],
      letterbox,
      log: createLogger('silent'),
    };
    await using inference = await openInference(await loadModel(folder), options);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return { state: 'ok', message: `${inference.model.name} loads and answers, ready in ${seconds} s.` };
  } catch (error) {
    const outcome = failed(error);
    // A fallback serves; the daemon flags it as degraded the same way.
    const isServed = models.executionProviders.length > 1 && models.degradedAllowed;
    if (!isServed && isFirst) return outcome;
    const message = `${error instanceof Error ? error.message : ''}; the next in models.executionProviders serves instead.`;
    return { state: 'degraded', message };
  }
}

function failed(error: unknown): CheckOutcome {
  if (!isBonewatchError(error)) throw error;
  return { state: 'failed', message: `${error.message} [${error.code}]. ${error.hint}` };
}
