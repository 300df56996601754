import { loadConfig } from '../../../config/load-config.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import { goldenPictures } from '../../../phantom/golden-pictures.ts';
import type { InstalledModel } from '../../../inference/models/load-model.ts';
import { letterbox } from '../../../preprocess/letterbox.ts';
import { openInference } from '../../../inference/open-inference.ts';
import { describeProviders } from '../../../inference/providers/describe-providers.ts';
import type { ProviderStatus } from '../../../inference/providers/provider-status.ts';
import { loadMembers } from '../../../analysis/load-chain-members.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import type { Config } from '../../../config/schema.ts';
import { EXIT, print, printError } from '../../terminal.ts';

const POLL_MS = 1000;

/**
 * `model warm`: builds the engines of the configured models in advance, one after the other, and verifies them as the
 * service would. A line for every change and every minute. Exit 1 when the first execution provider does not serve a model.
 */
export async function warmModels({ config: file }: { readonly config: string }): Promise<number> {
  const { models } = await loadConfig(file);
  let isWarm = true;
  for (const { model } of await loadMembers(models)) isWarm = (await warm(model, models)) && isWarm;
  return isWarm ? EXIT.ok : EXIT.failed;
}

async function warm(model: InstalledModel, models: Config['models']): Promise<boolean> {
  const { name } = model.identity;
  const started = performance.now();
  let status: ProviderStatus | null = null;
  let printed = '';
  const printProgress = (): void => {
    const line = status?.build ? describeProviders(status, performance.now()) : printed;
    if (line !== printed) print(`${name}: ${line}`);
    printed = line;
  };
  const timer = setInterval(printProgress, POLL_MS);
  try {
    await using inference = await openInference(model, {
      ...models,
      // Nothing else runs meanwhile: a build needs the memory of the board.
      executionProviders: models.executionProviders.slice(0, 1),
      degradedAllowed: false,
      proofPictures: goldenPictures,
      letterbox,
      onProviderChange(next) {
        status = next;
        printProgress();
      },
      log: createLogger('warn'),
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    print(`${name}: ready on ${inference.executionProvider() ?? 'nothing'} after ${seconds} s`);
    return true;
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    printError(error);
    return false;
  } finally {
    clearInterval(timer);
  }
}
