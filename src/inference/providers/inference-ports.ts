import { isBonewatchError } from '../../contract/errors.ts';
import type { InferenceProcess } from '../process/inference-process.ts';
import { reasonOf } from './provider-fault.ts';
import type { ProviderPorts, ProviderServer } from './provider-ports.ts';
import type { EngineCache } from './engines/engine-cache.ts';
import { startModelProcess, type ModelProcessDeps } from './model-process.ts';
import { createProviderProof, type ProofDeps } from './prove-provider.ts';

/** A process of the model, and what it substitutes. */
export type ModelServer = InferenceProcess & ProviderServer;

export interface InferencePortsDeps extends ModelProcessDeps, Omit<ProofDeps, 'startCpu'> {
  /** Null where TensorRT is not configured or its engines cannot be stored. */
  readonly engines: EngineCache | null;
}

/** The CPU, or an accelerator whose engine is ready; a first CUDA start compiles its kernels. */
const LOAD_DEADLINE_MS = 5 * 60_000;
/** The stock TensorRT builds in memory at every load, which takes ten minutes on a small board. */
const BUILD_DEADLINE_MS = 30 * 60_000;

/** Opens execution providers as processes of the model, each verified against the CPU before it serves. */
export function createInferencePorts(deps: InferencePortsDeps): ProviderPorts<ModelServer> {
  const { engines } = deps;
  const prove = createProviderProof({
    ...deps,
    startCpu: (signal) => startCpu(deps, signal),
  });
  return {
    async open(provider, signal) {
      if (provider === 'cpu') return startCpu(deps, signal);
      const usesEngine = provider === 'tensorrt' && engines !== null;
      const buildsOnLoad = provider === 'tensorrt' && engines === null;
      const process = await startModelProcess(deps, provider, {
        engineFolder: usesEngine ? engines.folder : null,
        deadlineMs: buildsOnLoad ? BUILD_DEADLINE_MS : LOAD_DEADLINE_MS,
        signal,
      });
      try {
        if (usesEngine) await engines.requireUnchanged();
        await prove(provider, process, signal);
        if (usesEngine) await engines.prune();
        return process;
      } catch (error) {
        process.kill();
        throw error;
      }
    },
    inspectEngine: () => (engines === null ? Promise.resolve('ready') : engines.inspect()),
    usualBuildMs: async () => (await engines?.usualBuildMs()) ?? null,
    async buildEngine(signal) {
      await engines?.build(async (engineFolder) => {
        const deadlineMs = BUILD_DEADLINE_MS;
        const process = await startModelProcess(deps, 'tensorrt', { engineFolder, deadlineMs, signal });
        process.kill();
      });
    },
    quarantineEngine: async () => engines?.quarantine(),
  };
}

/** On the CPU the bundled runtime gives the same results, so a library that does not load stops nothing. */
async function startCpu(deps: InferencePortsDeps, signal: AbortSignal): Promise<ModelServer> {
  const options = { engineFolder: null, deadlineMs: LOAD_DEADLINE_MS, signal };
  try {
    return await startModelProcess(deps, 'cpu', options);
  } catch (error) {
    if (deps.runtimeLibrary === null || !isLibraryFault(error)) throw error;
    const process = await startModelProcess({ ...deps, runtimeLibrary: null }, 'cpu', options);
    return { ...process, substitutes: reasonOf(error) };
  }
}

/** A library that is not what it should be may also end the process. */
function isLibraryFault(error: unknown): boolean {
  return isBonewatchError(error, 'RUNTIME_LIBRARY_UNUSABLE') || isBonewatchError(error, 'INFERENCE_CRASHED');
}
