import { Worker, type ResourceLimits } from 'node:worker_threads';
import { BonewatchError } from '../../contract/errors.ts';
import type { PoolMessage, WorkerMessage } from './serve-tasks.ts';

const DEFAULT_START_DEADLINE_MS = 60_000;

export interface WorkerPoolOptions {
  /** A module that calls `serveTasks`. */
  readonly workerUrl: URL;
  readonly size: number;
  /** Counts from when a worker takes the task, not from queueing; waiting for the large-image slot does not count. */
  readonly deadlineMs: number;
  /** How long a worker may take to load before it is terminated; independent of any file. */
  readonly startDeadlineMs?: number;
  readonly resourceLimits?: ResourceLimits;
}

export interface WorkerPool extends AsyncDisposable {
  /**
   * Runs a task in the next free worker, first in, first out. Rejects with the worker's own
   * BonewatchError, DECODE_TIMEOUT, DECODE_CRASHED, DECODER_UNAVAILABLE, or the signal's reason.
   */
  run(task: unknown, signal?: AbortSignal): Promise<unknown>;
  /** How many tasks could start immediately. */
  readonly idle: number;
}

interface Job {
  readonly task: unknown;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface PoolWorker {
  readonly thread: Worker;
  isReady: boolean;
  job: Job | null;
  largeImageSlot: 'none' | 'waiting' | 'held';
  timer: NodeJS.Timeout;
}

interface PoolState {
  readonly options: Required<WorkerPoolOptions>;
  readonly workers: Set<PoolWorker>;
  /** Terminated workers whose thread has not exited yet. */
  readonly exiting: Set<PoolWorker>;
  readonly exits: Set<Promise<unknown>>;
  readonly queue: Job[];
  spares: number;
  isClosed: boolean;
}

/**
 * Worker threads with a deadline per task; a worker that hangs, exits or fails on a corrupt file is replaced. From
 * the first replacement on, one spare thread is ready, so that the next file need not wait for a thread to start.
 * Not piscina: its only cancellation counts from queueing, and it reuses a worker whose task failed.
 */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const pool: PoolState = {
    options: { startDeadlineMs: DEFAULT_START_DEADLINE_MS, resourceLimits: {}, ...options },
    workers: new Set(),
    exiting: new Set(),
    exits: new Set(),
    queue: [],
    spares: 0,
    isClosed: false,
  };
  return {
    run: (task, signal) => runTask(pool, task, signal),
    get idle() {
      return countIdle(pool);
    },
    [Symbol.asyncDispose]: () => closePool(pool),
  };
}

async function runTask(pool: PoolState, task: unknown, signal?: AbortSignal): Promise<unknown> {
  signal?.throwIfAborted();
  if (pool.isClosed) throw new DOMException('The decoders are closed.', 'AbortError');
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const job: Job = { task, resolve, reject };
  const onAbort = (): void => cancel(pool, job, signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  pool.queue.push(job);
  dispatch(pool);
  return promise.finally(() => signal?.removeEventListener('abort', onAbort));
}

function cancel(pool: PoolState, job: Job, reason: unknown): void {
  const index = pool.queue.indexOf(job);
  if (index !== -1) {
    pool.queue.splice(index, 1);
    job.reject(reason);
    return;
  }
  const worker = [...pool.workers].find((candidate) => candidate.job === job);
  if (worker !== undefined) fail(pool, worker, reason);
}

async function closePool(pool: PoolState): Promise<void> {
  pool.isClosed = true;
  const reason = new DOMException('The decoders are closed.', 'AbortError');
  for (const job of pool.queue.splice(0)) job.reject(reason);
  for (const worker of [...pool.workers]) fail(pool, worker, reason);
  await Promise.all(pool.exits);
}

function countIdle({ workers, options }: PoolState): number {
  const free = [...workers].filter(({ isReady, job }) => isReady && job === null).length;
  return Math.min(free, options.size - countWorking(workers));
}

function countWorking(workers: ReadonlySet<PoolWorker>): number {
  return [...workers].filter(({ job }) => job !== null).length;
}

/** Assigns queued tasks to free workers, then starts workers for the rest, up to the pool's size. */
function dispatch(pool: PoolState): void {
  const { workers, queue } = pool;
  const { size } = pool.options;
  for (const worker of workers) {
    if (queue.length === 0 || countWorking(workers) === size) return;
    if (worker.isReady && worker.job === null) assign(pool, worker, queue.shift());
  }
  const starting = [...workers].filter(({ isReady }) => !isReady).length;
  const wanted = Math.min(queue.length - starting, size - workers.size);
  for (let count = 0; count < wanted; count += 1) startWorker(pool);
}

function assign(pool: PoolState, worker: PoolWorker, job: Job | undefined): void {
  if (job === undefined) return;
  worker.job = job;
  startDeadline(pool, worker);
  send(worker, { type: 'task', task: job.task });
}

function startWorker(pool: PoolState): void {
  const { workerUrl, resourceLimits, startDeadlineMs } = pool.options;
  const thread = new Worker(workerUrl, { resourceLimits });
  const timer = setTimeout(() => fail(pool, worker, notStarted()), startDeadlineMs);
  const worker: PoolWorker = { thread, isReady: false, job: null, largeImageSlot: 'none', timer };
  pool.workers.add(worker);
  thread.on('message', (message: WorkerMessage) => receive(pool, worker, message));
  thread.on('error', (cause) => fail(pool, worker, exited(worker, cause)));
  thread.on('messageerror', (cause) =>
    fail(pool, worker, crashed('The decoder sent an unreadable reply.', cause)),
  );
  thread.on('exit', () => fail(pool, worker, exited(worker)));
}

function startDeadline(pool: PoolState, worker: PoolWorker): void {
  const { deadlineMs } = pool.options;
  worker.timer = setTimeout(() => {
    fail(pool, worker, new BonewatchError('DECODE_TIMEOUT', `Decoding took longer than ${deadlineMs} ms.`));
  }, deadlineMs);
}

function receive(pool: PoolState, worker: PoolWorker, message: WorkerMessage): void {
  if (!pool.workers.has(worker)) return;
  clearTimeout(worker.timer);
  if (message.type === 'needs-large-image-slot') {
    worker.largeImageSlot = 'waiting';
    grantLargeImageSlot(pool);
    return;
  }
  const { job } = worker;
  worker.isReady = true;
  worker.job = null;
  const isSpent = message.type === 'broken' || (message.type !== 'ready' && message.isSpent);
  // The slot limits memory, which a spent worker releases only when its thread exits.
  if (!isSpent) worker.largeImageSlot = 'none';
  if (job !== null) finish(job, message);
  if (isSpent) replace(pool, worker);
  grantLargeImageSlot(pool);
  dispatch(pool);
}

function finish(job: Job, message: WorkerMessage): void {
  if (message.type === 'reply') job.resolve(message.reply);
  if (message.type === 'refused') job.reject(new BonewatchError(message.code, message.message));
  if (message.type === 'broken') job.reject(crashed('The decoder failed on this file.', message.reason));
}

/** Ends a worker and fails its job; a worker that never became ready fails the oldest queued job instead. */
function fail(pool: PoolState, worker: PoolWorker, reason: unknown): void {
  if (!pool.workers.has(worker)) return;
  const job = worker.isReady ? worker.job : pool.queue.shift();
  worker.job = null;
  job?.reject(reason);
  replace(pool, worker);
  grantLargeImageSlot(pool);
  dispatch(pool);
}

/** Terminates a worker. Starts a replacement at once, unless the worker failed to load: the next would fail too. */
function replace(pool: PoolState, worker: PoolWorker): void {
  clearTimeout(worker.timer);
  pool.workers.delete(worker);
  const exit = worker.thread.terminate().finally(() => {
    pool.exits.delete(exit);
    pool.exiting.delete(worker);
    grantLargeImageSlot(pool);
  });
  pool.exits.add(exit);
  pool.exiting.add(worker);
  if (!worker.isReady || pool.isClosed) return;
  pool.spares = 1;
  while (pool.workers.size < pool.options.size + pool.spares) startWorker(pool);
}

/** Gives the slot to the first worker that waits for it, once no worker holds it. */
function grantLargeImageSlot(pool: PoolState): void {
  const { workers, exiting } = pool;
  const next = [...workers].find(({ largeImageSlot }) => largeImageSlot === 'waiting');
  if (next === undefined) return;
  if ([...workers, ...exiting].some(({ largeImageSlot }) => largeImageSlot === 'held')) return;
  next.largeImageSlot = 'held';
  startDeadline(pool, next);
  send(next, { type: 'large-image-slot' });
}

function send({ thread }: PoolWorker, message: PoolMessage): void {
  thread.postMessage(message);
}

function exited({ isReady }: PoolWorker, cause?: unknown): BonewatchError {
  return isReady ? crashed('The decoder crashed on this file.', cause) : notStarted(cause);
}

function notStarted(cause?: unknown): BonewatchError {
  return new BonewatchError('DECODER_UNAVAILABLE', 'A decoder did not start.', { cause });
}

function crashed(message: string, cause?: unknown): BonewatchError {
  return new BonewatchError('DECODE_CRASHED', message, { cause });
}
