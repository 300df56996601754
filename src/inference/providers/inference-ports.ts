import type { Logger } from '../../contract/logger.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import { startInferenceProcess, type InferenceProcess } from '../process/inference-process.ts';
import type { Interpretation } from '../interpret.ts';
import type { Tensor } from '../../preprocess/letterbox.ts';
import type { ModelInput } from '../../preprocess/model-input.ts';
import type { InstalledModel } from '../models/load-model.ts';
import { cudaOptions, tensorrtOptions, type ProviderOptions } from '../native/provider-options.ts';
import type { Picture } from '../../preprocess/picture.ts';
import { differenceOf } from './difference.ts';
import type { ProviderPorts } from './drive-providers.ts';
import type { EngineCache } from './engine-cache.ts';
import type { AcceleratorSettings } from './engine-settings.ts';
import { plainPictures } from './plain-pictures.ts';

export interface InferencePortsOptions {
  /** Path of a `libonnxruntime.so.1`; null: the stock onnxruntime-node. */
  readonly runtimeLibrary: string | null;
  /** Null where TensorRT is not wanted or its engines cannot be stored. */
  readonly engines: EngineCache | null;
  readonly settings: AcceleratorSettings;
  /** The execution provider on which a quantised model passed its gate; null for any other model. */
  readonly measuredOn: string | null;
  /** Pictures on which an accelerator must agree with the CPU, beside the plain ones. */
  readonly proofPictures: () => readonly Picture[];
  /** Makes a picture the model's input. */
  readonly letterbox: (picture: Picture, input: ModelInput) => Tensor;
  readonly log: Logger;
}

/** The CPU, or an accelerator whose engine is ready; a first CUDA start compiles its kernels. */
const LOAD_DEADLINE_MS = 5 * 60_000;
/** The stock TensorRT builds in memory whenever it loads, and a small board needs ten minutes for it. */
const BUILD_DEADLINE_MS = 30 * 60_000;
const PROOF_DEADLINE_MS = 60_000;

/** Opens execution providers as processes of the model, each proven against the CPU before it serves. */
export function createInferencePorts(
  model: InstalledModel,
  options: InferencePortsOptions,
): ProviderPorts<InferenceProcess> {
  const { engines, log } = options;
  let reference: Promise<readonly Answered[]> | undefined;

  async function start(
    provider: ExecutionProvider,
    { engineFolder, deadlineMs, signal }: StartOptions,
  ): Promise<InferenceProcess> {
    requireMeasured(provider, options.measuredOn);
    const process = startInferenceProcess((line) => log.debug({ provider, line }, 'inference process says'));
    const stop = (): void => process.kill();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      const { path, manifest } = model;
      const runtime = runtimeFor(provider, engineFolder, options);
      const request = { type: 'load', path, manifest, provider, runtime } as const;
      const { type, ...loaded } = await process.ask(request, deadlineMs);
      log.info({ provider, pid: process.pid, reply: type, ...loaded }, 'execution provider loaded');
      return process;
    } catch (error) {
      process.kill();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async function answers(process: InferenceProcess): Promise<readonly Answered[]> {
    const pictures = [...plainPictures(), ...options.proofPictures()];
    const answered: Answered[] = [];
    for (const picture of pictures) {
      const tensor = options.letterbox(picture, model.manifest.input);
      const { suspected } = model.manifest.thresholds;
      const request = { type: 'detect', tensor, picture, suspected } as const;
      const reply = await process.ask(request, PROOF_DEADLINE_MS);
      if (reply.type !== 'detected') throw new Error(`unexpected reply ${reply.type}`);
      answered.push(reply.interpretation);
    }
    return answered;
  }

  async function cpuAnswers(signal: AbortSignal): Promise<readonly Answered[]> {
    const process = await start('cpu', { engineFolder: null, deadlineMs: LOAD_DEADLINE_MS, signal });
    try {
      return await answers(process);
    } finally {
      process.kill();
    }
  }

  async function prove(
    provider: ExecutionProvider,
    process: InferenceProcess,
    signal: AbortSignal,
  ): Promise<void> {
    reference ??= cpuAnswers(signal);
    const expected = await reference.catch((error: unknown) => {
      reference = undefined;
      throw error;
    });
    const got = await answers(process);
    for (const [index, answer] of expected.entries()) {
      const other = got[index];
      const fault = other ? differenceOf(answer, other, model.manifest.thresholds.suspected) : 'no answer';
      if (fault !== null) {
        throw new BonewatchError(
          'EXECUTION_PROVIDER_MISMATCH',
          `The results of ${provider} differ from the CPU's: ${fault}.`,
        );
      }
    }
  }

  return {
    async open(provider, signal) {
      const usesEngine = provider === 'tensorrt' && engines !== null;
      const buildsItself = provider === 'tensorrt' && engines === null;
      const process = await start(provider, {
        engineFolder: usesEngine ? engines.folder : null,
        deadlineMs: buildsItself ? BUILD_DEADLINE_MS : LOAD_DEADLINE_MS,
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
        const process = await start('tensorrt', { engineFolder, deadlineMs, signal });
        process.kill();
      });
    },
    quarantineEngine: async () => engines?.quarantine(),
  };
}

type Answered = Interpretation;

/** An accelerator rounds in ways of its own; on the CPU a quantised model is what its graph says. */
function requireMeasured(provider: ExecutionProvider, measuredOn: string | null): void {
  if (provider === 'cpu' || measuredOn === null || measuredOn === provider) return;
  throw new BonewatchError(
    'MODEL_NOT_VALIDATED',
    `The model is quantised, and was validated on ${measuredOn}, not on ${provider}.`,
  );
}

interface StartOptions {
  readonly engineFolder: string | null;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

function runtimeFor(
  provider: ExecutionProvider,
  engineFolder: string | null,
  { runtimeLibrary, settings }: InferencePortsOptions,
): { readonly library: string; readonly providerOptions: ProviderOptions } | null {
  if (runtimeLibrary === null) return null;
  return { library: runtimeLibrary, providerOptions: optionsFor(provider, engineFolder, settings) };
}

function optionsFor(
  provider: ExecutionProvider,
  engineFolder: string | null,
  settings: AcceleratorSettings,
): ProviderOptions {
  if (provider === 'cuda') return cudaOptions(settings.deviceId);
  if (provider === 'cpu' || engineFolder === null) return {};
  return tensorrtOptions({ ...settings, engineFolder });
}
