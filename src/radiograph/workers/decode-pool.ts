import { Worker, type ResourceLimits } from 'node:worker_threads';
import { BonewatchError } from '../../contract/errors.ts';
import type { PoolMessage, WorkerMessage } from './serve-tasks.ts';

export interface WorkerPoolOptions {
  /** A module that calls `serveTasks`. */
  readonly workerUrl: URL;
  readonly size: number;
  /** Counts from the moment a worker takes the task, not from queueing; waiting for a turn does not count. */
  readonly deadlineMs: number;
  /** A worker may take this long to load before it is given up; nothing to do with a file. */
  readonly startDeadlineMs?: number;
  readonly resourceLimits?: ResourceLimits;
}

export interface WorkerPool extends AsyncDisposable {
  /**
   * Runs a task in the next free worker, first come first served. Rejects with the worker's own
   * BonewatchError, DECODE_TIMEOUT, DECODE_CRASHED, or the signal's reason.
   */
  run(task: unknown, signal?: AbortSignal): Promise<unknown>;
  /** Tasks that could start at once. */
  readonly idle: number;
}

interface Job {
  readonly task: unknown;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

interface Slot {
  readonly worker: Worker;
  isReady: boolean;
  job: Job | null;
  /** Of the one turn at a time that tasks may ask for. */
  turn: 'none' | 'waiting' | 'taken';
  timer: NodeJS.Timeout;
}

/**
 * Worker threads with a deadline per task; a worker that hangs, dies, or has worked on nonsense is replaced. From
 * the first such file on, one thread more than work at a time stands by, so that the next file need not wait.
 * Not piscina: its only cancellation counts from queueing, and it keeps a worker whose task failed.
 */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { workerUrl, size, deadlineMs, startDeadlineMs = 60_000, resourceLimits = {} } = options;
  const slots = new Set<Slot>();
  const leaving = new Set<Slot>();
  const queue: Job[] = [];
  const exits = new Set<Promise<unknown>>();
  let spares = 0;
  let isClosed = false;

  function start(): void {
    const worker = new Worker(workerUrl, { resourceLimits });
    const timer = setTimeout(() => fail(slot, crashed('A decoder did not start.')), startDeadlineMs);
    const slot: Slot = { worker, isReady: false, job: null, turn: 'none', timer };
    slots.add(slot);
    worker.on('message', (message: WorkerMessage) => receive(slot, message));
    worker.on('error', (cause) => fail(slot, died(slot, cause)));
    worker.on('messageerror', (cause) => fail(slot, crashed('The decoder answered nonsense.', cause)));
    worker.on('exit', () => fail(slot, died(slot)));
  }

  function receive(slot: Slot, message: WorkerMessage): void {
    if (!slots.has(slot)) return;
    clearTimeout(slot.timer);
    if (message.type === 'needs-turn') {
      slot.turn = 'waiting';
      giveTurn();
      return;
    }
    const { job } = slot;
    slot.isReady = true;
    slot.job = null;
    const isSpent = message.type === 'broken' || (message.type !== 'ready' && message.isSpent);
    // A turn is for memory, and that is free only when the worker is gone.
    if (!isSpent) slot.turn = 'none';
    if (message.type === 'reply') job?.resolve(message.reply);
    if (message.type === 'refused') job?.reject(new BonewatchError(message.code, message.message));
    if (message.type === 'broken') job?.reject(crashed('The decoder failed on this file.', message.reason));
    if (isSpent) replace(slot);
    giveTurn();
    dispatch();
  }

  /** Ends a worker; its job fails with it, or the oldest waiting one where it never came up. */
  function fail(slot: Slot, reason: unknown): void {
    if (!slots.has(slot)) return;
    const job = slot.isReady ? slot.job : queue.shift();
    slot.job = null;
    job?.reject(reason);
    replace(slot);
    giveTurn();
    dispatch();
  }

  function giveTurn(): void {
    const next = [...slots].find(({ turn }) => turn === 'waiting');
    if (next === undefined || [...slots, ...leaving].some(({ turn }) => turn === 'taken')) return;
    next.turn = 'taken';
    startDeadline(next);
    send(next, { type: 'turn' });
  }

  /** The next task finds a fresh worker, or one that is already loading, unless loading is what fails. */
  function replace(slot: Slot): void {
    clearTimeout(slot.timer);
    slots.delete(slot);
    const exit = slot.worker.terminate().finally(() => {
      exits.delete(exit);
      leaving.delete(slot);
      giveTurn();
    });
    exits.add(exit);
    leaving.add(slot);
    if (!slot.isReady || isClosed) return;
    spares = 1;
    while (slots.size < size + spares) start();
  }

  function working(): number {
    return [...slots].filter(({ job }) => job !== null).length;
  }

  function dispatch(): void {
    for (const slot of slots) {
      if (queue.length === 0 || working() === size) return;
      if (slot.isReady && slot.job === null) assign(slot, queue.shift());
    }
    const starting = [...slots].filter(({ isReady }) => !isReady).length;
    const wanted = Math.min(queue.length - starting, size - slots.size);
    for (let count = 0; count < wanted; count += 1) start();
  }

  function assign(slot: Slot, job: Job | undefined): void {
    if (job === undefined) return;
    slot.job = job;
    startDeadline(slot);
    send(slot, { type: 'task', task: job.task });
  }

  function startDeadline(slot: Slot): void {
    slot.timer = setTimeout(() => {
      fail(slot, new BonewatchError('DECODE_TIMEOUT', `Decoding took longer than ${deadlineMs} ms.`));
    }, deadlineMs);
  }

  function send({ worker }: Slot, message: PoolMessage): void {
    worker.postMessage(message);
  }

  function cancel(job: Job, reason: unknown): void {
    const waiting = queue.indexOf(job);
    if (waiting !== -1) {
      queue.splice(waiting, 1);
      job.reject(reason);
      return;
    }
    const slot = [...slots].find((candidate) => candidate.job === job);
    if (slot !== undefined) fail(slot, reason);
  }

  return {
    async run(task, signal) {
      signal?.throwIfAborted();
      if (isClosed) throw new DOMException('The decoders are closed.', 'AbortError');
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const job: Job = { task, resolve, reject };
      const onAbort = (): void => cancel(job, signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(job);
      dispatch();
      return promise.finally(() => signal?.removeEventListener('abort', onAbort));
    },
    get idle() {
      const free = [...slots].filter(({ isReady, job }) => isReady && job === null).length;
      return Math.min(free, size - working());
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const reason = new DOMException('The decoders are closed.', 'AbortError');
      for (const job of queue.splice(0)) job.reject(reason);
      for (const slot of [...slots]) fail(slot, reason);
      await Promise.all(exits);
    },
  };
}

function died({ isReady }: Slot, cause?: unknown): BonewatchError {
  return crashed(isReady ? 'The decoder crashed on this file.' : 'A decoder did not start.', cause);
}

function crashed(message: string, cause?: unknown): BonewatchError {
  return new BonewatchError('DECODE_CRASHED', message, { cause });
}
