import { BonewatchError } from '../../contract/errors.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';
import type { Logger } from '../../contract/logger.ts';
import type { InstalledModel } from '../models/load-model.ts';
import { cudaOptions, tensorrtOptions, type ProviderOptions } from '../native/provider-options.ts';
import { startInferenceProcess, type InferenceProcess } from '../process/inference-process.ts';
import type { AcceleratorSettings } from './engines/engine-settings.ts';

export interface ModelProcessDeps {
  readonly model: InstalledModel;
  /** Path of a `libonnxruntime.so.1`; null: the stock onnxruntime-node. */
  readonly runtimeLibrary: string | null;
  readonly settings: AcceleratorSettings;
  /** The execution provider on which a quantised model was validated; null for any other model. */
  readonly validatedOn: string | null;
  readonly log: Logger;
}

export interface ModelProcessOptions {
  readonly engineFolder: string | null;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Starts a process and loads the model on one execution provider. Throws the reason if it cannot. */
export async function startModelProcess(
  deps: ModelProcessDeps,
  provider: ExecutionProvider,
  { engineFolder, deadlineMs, signal }: ModelProcessOptions,
): Promise<InferenceProcess> {
  const { model, log } = deps;
  requireValidated(provider, deps.validatedOn);
  const process = startInferenceProcess((line) => log.debug({ provider, line }, 'inference process output'));
  const stop = (): void => process.kill();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const { path, manifest } = model;
    const runtime = runtimeFor(provider, engineFolder, deps);
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

/** Accelerators round differently; on the CPU a quantised model computes exactly its graph. */
function requireValidated(provider: ExecutionProvider, validatedOn: string | null): void {
  if (provider === 'cpu' || validatedOn === null || validatedOn === provider) return;
  throw new BonewatchError(
    'MODEL_NOT_VALIDATED',
    `The model is quantised, and was validated on ${validatedOn}, not on ${provider}.`,
  );
}

function runtimeFor(
  provider: ExecutionProvider,
  engineFolder: string | null,
  { runtimeLibrary, settings }: ModelProcessDeps,
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
