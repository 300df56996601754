import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import type { Analyzer } from './analyze-file.ts';
import type { Config } from './config/schema.ts';
import type { DecodeReply, DecodeTask, RenderOptions } from './decode-worker.ts';
import { loadModel, type InstalledModel } from './inference/load-model.ts';
import { openInference, type Inference } from './inference/open-inference.ts';
import type { Logger } from './log.ts';
import { createWorkerPool, type WorkerPool } from './radiograph/decode-pool.ts';
import type { Inspection } from './radiograph/radiograph.ts';
import type { GreyPicture } from './radiograph/raster-codec.ts';
import { SHIPPED_MODELS } from './shipped.ts';

/** Decoding and inference made ready: what the daemon, `analyze` and the self-test share. */
export interface Analysis extends AsyncDisposable {
  readonly analyzer: Analyzer;
  readonly model: InstalledModel;
  readonly inference: Inference;
  readonly decoder: Decoder;
}

/** The decode workers: nothing of a file's content is touched outside them. */
export interface Decoder extends AsyncDisposable {
  inspect(path: string): Promise<Inspection>;
  render(path: string, options: RenderOptions): Promise<GreyPicture>;
  run<T extends DecodeTask>(task: T): Promise<DecodeReply<T>>;
}

/** A decode may use this much heap; a 64-megapixel picture and its tensor stay outside the heap. */
const WORKER_HEAP_MB = 256;

/** Starts the decode workers; no more than two work at a time, so that a burst leaves the model its cores. */
export function openDecoder(scope: Config['scope']): Decoder {
  const pool: WorkerPool = createWorkerPool({
    workerUrl: new URL(`./decode-worker${extname(import.meta.url)}`, import.meta.url),
    size: Math.min(2, availableParallelism()),
    deadlineMs: scope.decodeDeadlineMs,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  });
  const limits = { maxMegapixels: scope.maxMegapixels, windowIndex: scope.windowIndex };
  const run = <T extends DecodeTask>(task: T): Promise<DecodeReply<T>> =>
    pool.run(task) as Promise<DecodeReply<T>>;
  return {
    run,
    inspect: (path) => run({ type: 'inspect', path }),
    render: (path, options) => run({ type: 'render', path, limits, options }),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** Opens the configured model and everything in front of it. Throws the named reason when the model cannot serve. */
export async function openAnalysis(
  config: Pick<Config, 'models' | 'scope' | 'alerts'>,
  log: Logger,
): Promise<Analysis> {
  const [name = ''] = config.models.active;
  const model = await loadModel(join(config.models.directory ?? SHIPPED_MODELS, name));
  const { manifest } = model;
  const inference = await openInference(model, { ...config.models, log: log.child({ stage: 'inference' }) });
  const decoder = openDecoder(config.scope);
  const bodyParts = config.scope.bodyParts === 'model' ? manifest.scope.bodyParts : config.scope.bodyParts;
  const scope = {
    modalities: config.scope.modalities,
    bodyParts: bodyParts.length > 0 ? bodyParts : null,
    minAgeYears: config.scope.minAgeYears ?? manifest.scope.minAgeYears,
    forProcessing: config.scope.forProcessing,
    saturatedShare: config.scope.saturatedShare,
  };
  const { maxMegapixels, windowIndex } = config.scope;
  const limits = { maxMegapixels, windowIndex };
  return {
    model,
    inference,
    decoder,
    analyzer: {
      prepare: (path) => decoder.run({ type: 'prepare', path, limits, scope, input: manifest.input }),
      detect: (tensor, picture, suspected) => inference.detect(tensor, picture, suspected),
      model: model.identity,
      suspected: config.alerts.suspected ?? manifest.thresholds.suspected,
      definite: config.alerts.definite ?? manifest.thresholds.definite,
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([decoder[Symbol.asyncDispose](), inference[Symbol.asyncDispose]()]);
    },
  };
}
