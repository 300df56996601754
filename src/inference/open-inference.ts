import type { Logger } from 'pino';
import { BonewatchError, isBonewatchError } from '../errors.ts';
import type { ExecutionProvider, ModelIdentity } from './finding.ts';
import { startInferenceProcess, type InferenceProcess } from './inference-process.ts';
import type { Interpretation } from './interpret.ts';
import type { Tensor } from './letterbox.ts';
import type { InstalledModel } from './load-model.ts';

export interface InferenceOptions {
  /** Tried in this order, one at a time. */
  readonly executionProviders: readonly ExecutionProvider[];
  /** Whether a later execution provider may serve when the first does not work. */
  readonly degradedAllowed: boolean;
  /** Milliseconds for one image; the process is replaced when it passes. */
  readonly deadlineMs: number;
  readonly log: Logger;
}

/** Findings of one picture and what made them. */
export interface Detected extends Interpretation {
  readonly executionProvider: ExecutionProvider;
  readonly degraded: boolean;
  readonly timingsMs: { readonly inference: number; readonly postprocess: number };
}

/** A model that serves, in a process of its own that is replaced when it hangs or dies. */
export interface Inference extends AsyncDisposable {
  readonly model: ModelIdentity;
  /** The serving execution provider; null while no process is ready. */
  executionProvider(): ExecutionProvider | null;
  /** Whether something better than the serving execution provider was asked for. */
  isDegraded(): boolean;
  /** The process that serves, for the self-test and support; null while none does. */
  pid(): number | null;
  detect(
    tensor: Tensor,
    picture: { readonly width: number; readonly height: number },
    suspected: number,
  ): Promise<Detected>;
}

/** A model may take minutes to be built by an accelerator; nothing else waits for it. */
const LOAD_DEADLINE_MS = 15 * 60_000;
const ATTEMPTS = 2;

interface Serving {
  readonly process: InferenceProcess;
  readonly provider: ExecutionProvider;
}

/**
 * Opens a model on the first execution provider that really works: loaded, warmed up, outputs as the manifest says.
 * Throws MODEL_INVALID for a model no provider can help, EXECUTION_PROVIDER_UNAVAILABLE when none works.
 */
export async function openInference(model: InstalledModel, options: InferenceOptions): Promise<Inference> {
  const { log } = options;
  const [preferred] = options.executionProviders;
  let serving: Serving | null = await serve(model, options);
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  async function current(): Promise<Serving> {
    if (serving?.process.ended.aborted !== false) {
      serving = null;
      if (isClosed) throw new BonewatchError('INFERENCE_CRASHED', 'inference was closed');
      serving = await serve(model, options);
    }
    return serving;
  }

  async function attempt(
    tensor: Tensor,
    picture: { width: number; height: number },
    suspected: number,
  ): Promise<Detected> {
    const { process, provider } = await current();
    const reply = await process.ask({ type: 'detect', tensor, picture, suspected }, options.deadlineMs);
    if (reply.type !== 'detected') throw new Error(`unexpected reply ${reply.type}`);
    const { interpretation, timingsMs } = reply;
    return { ...interpretation, timingsMs, executionProvider: provider, degraded: provider !== preferred };
  }

  return {
    model: model.identity,
    executionProvider: () => (serving?.process.ended.aborted === false ? serving.provider : null),
    isDegraded: () => serving?.provider !== preferred,
    pid: () => (serving?.process.ended.aborted === false ? serving.process.pid : null),
    async detect(tensor, picture, suspected) {
      const turn = last.then(async () => {
        for (let tried = 1; ; tried += 1) {
          try {
            return await attempt(tensor, picture, suspected);
          } catch (error) {
            const mayRetry =
              isBonewatchError(error, 'INFERENCE_CRASHED') || isBonewatchError(error, 'INFERENCE_TIMEOUT');
            if (!mayRetry || tried >= ATTEMPTS || isClosed) throw error;
            log.warn(
              { code: error.code, err: error, tried },
              'inference process replaced, image tried again',
            );
          }
        }
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      serving?.process.kill();
      await last;
    },
  };
}

async function serve(model: InstalledModel, options: InferenceOptions): Promise<Serving> {
  const { executionProviders, degradedAllowed, log } = options;
  const candidates = degradedAllowed ? executionProviders : executionProviders.slice(0, 1);
  const refusals: string[] = [];
  for (const provider of candidates) {
    const process = startInferenceProcess((line) => log.debug({ provider, line }, 'inference process says'));
    try {
      const request = { type: 'load', path: model.path, manifest: model.manifest, provider } as const;
      const reply = await process.ask(request, LOAD_DEADLINE_MS);
      log.info(
        { provider, model: model.identity.name, reply: reply.type, pid: process.pid },
        'execution provider serves',
      );
      return { process, provider };
    } catch (error) {
      process.kill();
      if (!isBonewatchError(error) || error.code === 'MODEL_INVALID' || candidates.length === 1) throw error;
      refusals.push(`${provider}: ${error.message}`);
      log.info({ provider, code: error.code, reason: error.message }, 'execution provider not used');
    }
  }
  throw new BonewatchError(
    'EXECUTION_PROVIDER_UNAVAILABLE',
    `no execution provider works (${refusals.join('; ')})`,
  );
}
