import type { InstalledModel } from '../load-model.ts';
import { tensorrtOptions } from '../native/provider-options.ts';
import { openEngineCache, type EngineCache } from './engine-cache.ts';
import { libraryFingerprint, platformFingerprint } from './platform-fingerprint.ts';

type Settings = Omit<Parameters<typeof tensorrtOptions>[0], 'engineFolder'>;

/**
 * The stored engines of a model for this board, library and these settings; null where they cannot be stored: the
 * stock onnxruntime-node passes no such option on.
 */
export async function openModelEngines(
  model: InstalledModel,
  settings: Settings,
  {
    runtimeLibrary,
    engines,
  }: {
    readonly runtimeLibrary?: string | undefined;
    readonly engines?: { readonly directory: string; readonly maxBytes: number } | undefined;
  },
): Promise<EngineCache | null> {
  if (runtimeLibrary === undefined || engines === undefined) return null;
  return openEngineCache({
    root: engines.directory,
    identity: {
      model: model.identity.sha256,
      library: await libraryFingerprint(runtimeLibrary),
      platform: await platformFingerprint(),
      options: tensorrtOptions({ ...settings, engineFolder: '.' }),
    },
    maxBytes: engines.maxBytes,
    clock: () => Date.now(),
  });
}
