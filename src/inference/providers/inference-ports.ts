import type { InferenceProcess } from '../process/inference-process.ts';
import type { ProviderPorts } from './provider-ports.ts';
import type { EngineCache } from './engines/engine-cache.ts';
import { startModelProcess, type ModelProcessDeps } from './model-process.ts';
import { createProviderProof, type ProofDeps } from './prove-provider.ts';

export interface InferencePortsDeps extends ModelProcessDeps, Omit<ProofDeps, 'startCpu'> {
  /** Null where TensorRT is not configured or its engines cannot be stored. */
  readonly engines: EngineCache | null;
}

/** The CPU, or an accelerator whose engine is ready; a first CUDA start compiles its kernels. */
const LOAD_DEADLINE_MS = 5 * 60_000;
/** The stock TensorRT builds in memory at every load, which takes ten minutes on a small board. */
const BUILD_DEADLINE_MS = 30 * 60_000;

/** Opens execution providers as processes of the model, each verified against the CPU before it serves. */
export function createInferencePorts(deps: InferencePortsDeps): ProviderPorts<InferenceProcess> {
  const { engines } = deps;
  const prove = createProviderProof({
    ...deps,
    startCpu: (signal) =>
      startModelProcess(deps, 'cpu', { engineFolder: null, deadlineMs: LOAD_DEADLINE_MS, signal }),
  });
  return {
    async open(provider, signal) {
      const usesEngine = provider === 'tensorrt' && engines !== null;
      const buildsOnLoad = provider === 'tensorrt' && engines === null;
      const process = await startModelProcess(deps, provider, {
        engineFolder: usesEngine ? engines.folder : null,
        deadlineMs: buildsOnLoad ? BUILD_DEADLINE_MS : LOAD_DEADLINE_MS,
        signal,
      });
      if (provider === 'cpu') return process;
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
