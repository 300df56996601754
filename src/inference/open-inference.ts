import type { Logger } from '../contract/logger.ts';
import { isBonewatchError } from '../contract/errors.ts';
import type { ExecutionProvider, ModelIdentity } from '../contract/finding.ts';
import { requireValidation } from './quantisation/validation-record.ts';
import type { Interpretation } from './interpret.ts';
import type { InferenceRequest } from './process/messages.ts';
import type { Tensor } from '../preprocess/letterbox.ts';
import type { ModelInput } from '../preprocess/model-input.ts';
import type { InstalledModel } from './models/load-model.ts';
import { driveProviders, type Providers } from './providers/drive-providers.ts';
import { createInferencePorts, type ModelServer } from './providers/inference-ports.ts';
import { acceleratorSettings, type EngineSettings } from './providers/engines/engine-settings.ts';
import { openModelEngines } from './providers/engines/open-model-engines.ts';
import type { ProviderStatus } from './providers/provider-status.ts';
import type { Picture } from '../preprocess/picture.ts';

export interface InferenceOptions {
  /** Tried in this order, one at a time. */
  readonly executionProviders: readonly ExecutionProvider[];
  /** Whether a later execution provider may serve when the first does not work. */
  readonly degradedAllowed: boolean;
  /** Milliseconds for one image; the process is replaced when they pass. */
  readonly deadlineMs: number;
  /** A `libonnxruntime.so.1` to use instead of the stock onnxruntime-node. */
  readonly runtimeLibrary?: string | undefined;
  /** Where and how TensorRT's engines are built and cached; only used with a runtime library. */
  readonly engines?: EngineSettings;
  /** Pictures, in addition to plain ones, on which an accelerator must agree with the CPU before it serves. */
  readonly proofPictures?: (model: InstalledModel) => readonly Picture[];
  /** Prepares a proof picture as the model's input, as preprocessing does for every radiograph. */
  readonly letterbox: (picture: Picture, input: ModelInput) => Tensor;
  /** `measure`: the results treat no patient, so a quantised model needs no validation. Default: `serve`. */
  readonly purpose?: 'serve' | 'measure';
  /** Called at every change of the serving provider and of the work in progress. */
  readonly onProviderChange?: (status: ProviderStatus) => void;
  readonly log: Logger;
}

/** Findings of one picture, and the execution provider that made them. */
export interface Detected extends Interpretation {
  readonly executionProvider: ExecutionProvider;
  readonly degraded: boolean;
  readonly timingsMs: { readonly inference: number; readonly postprocess: number };
}

/** A serving model, in its own process, which is replaced when it hangs or crashes. */
export interface Inference extends AsyncDisposable {
  readonly model: ModelIdentity;
  /** The serving execution provider; null while no process is ready. */
  executionProvider(): ExecutionProvider | null;
  /** Whether a better execution provider than the serving one was configured. */
  isDegraded(): boolean;
  /** Which provider serves, whether an engine is being built, and why no better one serves. */
  providerStatus(): ProviderStatus;
  /** Resolves once no engine is being built and nothing is being opened. */
  whenIdle(): Promise<void>;
  /** The process that serves, for the self-test and support; null while none does. */
  pid(): number | null;
  detect(
    tensor: Tensor,
    picture: { readonly width: number; readonly height: number },
    suspected: number,
  ): Promise<Detected>;
}

/** How long to wait for the best provider before falling back to the CPU. */
const BEST_PROVIDER_WAIT_MS = 20_000;
/** For an image whose process crashed: the image is retried once, and blamed the second time. */
const CPU_ATTEMPTS = 2;

/**
 * Opens a model on the best execution provider that works: loaded, warmed up, outputs as in the manifest,
 * and the CPU's results on the proof pictures. A later one serves, as degraded, while a better one is built, opened
 * or lost. Throws MODEL_INVALID for a model that no provider can load, EXECUTION_PROVIDER_UNAVAILABLE when none works,
 * MODEL_NOT_VALIDATED for a quantised model that was not validated against its original.
 */
export async function openInference(model: InstalledModel, options: InferenceOptions): Promise<Inference> {
  const { executionProviders, degradedAllowed, log } = options;
  let validatedOn: string | null = null;
  if (model.quantisation !== null && options.purpose !== 'measure') {
    const { reference, dataset, executionProvider } = await requireValidation(model);
    validatedOn = executionProvider;
    log.info(
      { model: model.identity.name, reference, dataset, executionProvider },
      'quantised model is validated',
    );
  }
  const wanted = degradedAllowed ? executionProviders : executionProviders.slice(0, 1);
  const ports = createInferencePorts({
    model,
    runtimeLibrary: options.runtimeLibrary ?? null,
    engines: wanted.includes('tensorrt') ? await openModelEngines(model, options) : null,
    settings: acceleratorSettings(model, options.engines),
    validatedOn,
    proofPictures: () => options.proofPictures?.(model) ?? [],
    letterbox: options.letterbox,
    log,
  });
  const providers = driveProviders(ports, {
    wanted,
    clock: () => performance.now(),
    onChange(status) {
      log.info({ model: model.identity.name, ...status }, 'execution providers changed');
      options.onProviderChange?.(status);
    },
  });
  try {
    await providers.started();
    await waitForBestProvider(providers);
  } catch (error) {
    await providers[Symbol.asyncDispose]();
    throw error;
  }
  return inferenceOf(model, providers, options);
}

function inferenceOf(
  model: InstalledModel,
  providers: Providers<ModelServer>,
  { deadlineMs, log }: InferenceOptions,
): Inference {
  const closing = new AbortController();
  const deps: DetectDeps = { providers, deadlineMs, log, closing: closing.signal };
  let last: Promise<unknown> = Promise.resolve();
  return {
    model: model.identity,
    executionProvider: () => providers.serving()?.provider ?? null,
    isDegraded: () => providers.status().level !== 'serving',
    providerStatus: () => providers.status(),
    whenIdle: () => providers.whenIdle(),
    pid: () => providers.serving()?.server.pid ?? null,
    async detect(tensor, picture, suspected) {
      const detected = last.then(() => detectWithRetry(deps, { type: 'detect', tensor, picture, suspected }));
      last = detected.catch(() => undefined);
      return detected;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await providers[Symbol.asyncDispose]();
      await last;
    },
  };
}

interface DetectDeps {
  readonly providers: Providers<ModelServer>;
  readonly deadlineMs: number;
  readonly log: Logger;
  readonly closing: AbortSignal;
}

/** Sends the request to the serving process, and after a failure to its replacement. */
async function detectWithRetry(deps: DetectDeps, request: DetectRequest): Promise<Detected> {
  const { providers, deadlineMs, log, closing } = deps;
  for (let onCpu = 0; ;) {
    const { provider, server } = await providers.current();
    onCpu += provider === 'cpu' ? 1 : 0;
    try {
      const reply = await server.ask(request, deadlineMs);
      if (reply.type !== 'detected') throw new Error(`Unexpected reply ${reply.type}.`);
      const degraded = providers.status().level !== 'serving';
      return { ...reply.interpretation, timingsMs: reply.timingsMs, executionProvider: provider, degraded };
    } catch (error) {
      if (closing.aborted || !isBonewatchError(error)) throw error;
      const hasEnded = error.code === 'INFERENCE_CRASHED' || error.code === 'INFERENCE_TIMEOUT';
      // The CPU may accept an image that an accelerator rejects; if the CPU rejects it, the image is at fault.
      if (provider === 'cpu' && (!hasEnded || onCpu >= CPU_ATTEMPTS)) throw error;
      providers.lost(server, error);
      log.warn({ code: error.code, err: error, provider }, 'inference process replaced, image retried');
    }
  }
}

type DetectRequest = Extract<InferenceRequest, { type: 'detect' }>;

async function waitForBestProvider(providers: Providers<ModelServer>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, BEST_PROVIDER_WAIT_MS);
  });
  await Promise.race([providers.whenOpened(), late]);
  clearTimeout(timer);
}
