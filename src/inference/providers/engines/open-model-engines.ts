import { BonewatchError } from '../../../contract/errors.ts';
import type { InstalledModel } from '../../models/load-model.ts';
import { tensorrtOptions } from '../../native/provider-options.ts';
import { openEngineCache, type EngineCache } from './engine-cache.ts';
import { acceleratorSettings, type EngineSettings } from './engine-settings.ts';
import { libraryFingerprint, platformFingerprint } from './platform-fingerprint.ts';

const MEGABYTE = 1024 * 1024;

/**
 * Opens the stored engines of a model for this board, library and settings; null where they cannot be stored: the
 * stock onnxruntime-node does not support it. Throws CONFIG_INVALID for a quantised model with another precision.
 */
export async function openModelEngines(
  model: InstalledModel,
  options: { readonly runtimeLibrary?: string | undefined; readonly engines?: EngineSettings },
): Promise<EngineCache | null> {
  const { runtimeLibrary, engines } = options;
  if (runtimeLibrary === undefined || engines === undefined) return null;
  if (model.quantisation !== null && engines.precision !== 'int8') {
    throw new BonewatchError(
      'CONFIG_INVALID',
      `Model ${model.identity.name} is quantised, which TensorRT builds only with models.engines.precision: int8.`,
    );
  }
  return openEngineCache({
    root: engines.directory,
    identity: {
      model: model.identity.sha256,
      library: await libraryFingerprint(runtimeLibrary),
      platform: await platformFingerprint(),
      options: tensorrtOptions({ ...acceleratorSettings(model, engines), engineFolder: '.' }),
    },
    maxBytes: engines.maxMegabytes * MEGABYTE,
    clock: () => Date.now(),
  });
}
