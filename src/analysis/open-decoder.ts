import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import type {
  DecodeReply,
  DecodeTask,
  MarkReply,
  MarkTask,
  PictureReply,
  RenderOptions,
  Survey,
} from './decode-worker.ts';
import type { Config } from '../config/schema.ts';
import type { FileSource } from '../contract/file-source.ts';
import type { Inspection } from '../contract/radiograph.ts';
import { createWorkerPool, type WorkerPool } from '../radiograph/workers/decode-pool.ts';
import type { GreyPicture } from '../radiograph/pictures/raster-codec.ts';

/** Decodes files in worker threads; no other thread opens a file of the inbox. Rejects with the named reason. */
export interface Decoder extends AsyncDisposable {
  readonly inspect: (source: FileSource) => Promise<Inspection>;
  readonly render: (path: string, options: RenderOptions) => Promise<GreyPicture>;
  readonly survey: (path: string, side: number) => Promise<Survey>;
  /** The picture of a file for the console, whatever its modality. */
  readonly picture: (source: FileSource) => Promise<PictureReply>;
  /** Copies of a picture with its findings drawn on them, for the ward displays. */
  readonly mark: (source: FileSource, marks: MarkTask['marks']) => Promise<MarkReply>;
  readonly run: <T extends DecodeTask>(task: T) => Promise<DecodeReply<T>>;
}

/** Heap of one decode worker; a 64-megapixel picture and its tensor are outside the heap. */
const WORKER_HEAP_MB = 256;

/** Starts the decode workers: at most two, so that a burst of files leaves cores for the model. */
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
    inspect: (source) => run({ type: 'inspect', source }),
    picture: (source) => run({ type: 'picture', source, limits }),
    mark: (source, marks) => run({ type: 'mark', source, limits, marks }),
    render: (path, options) => run({ type: 'render', path, limits, options }),
    survey: (path, side) => run({ type: 'survey', path, limits, side }),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
