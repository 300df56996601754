import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BonewatchError } from '../../contract/errors.ts';
import { toSentence } from '../../contract/sentence.ts';
import type { CheckDepth } from './check-database.ts';
import type { Quality, QualityQuestion } from '../../contract/api/quality.ts';
import type { RetainOptions } from './recovery/retain-copy.ts';
import type { StoreTask } from './store-thread.ts';

const THREAD = new URL(`./store-thread${extname(import.meta.url)}`, import.meta.url);

/** Checks a whole database in a worker thread; returns its problems, none if it is intact. Throws STORE_FAILED. */
export async function checkInThread(
  path: string,
  depth: CheckDepth,
  signal?: AbortSignal,
): Promise<string[]> {
  return (await runTask({ type: 'check', path, depth }, signal)) as string[];
}

/**
 * Copies a database in use in a worker thread: consistent, checked, complete or not at all. An earlier copy that holds more
 * is renamed; returns its new path, or null. Throws STORE_FAILED.
 */
export async function backUpStore(
  path: string,
  to: string,
  options: RetainOptions & { readonly signal?: AbortSignal },
): Promise<string | null> {
  const { signal, now, since } = options;
  return (await runTask({ type: 'copy', path, to, now, since }, signal)) as string | null;
}

/** Reads the figures of the quality page in a worker thread. Throws STORE_FAILED. */
export async function readQualityInThread(
  path: string,
  question: QualityQuestion,
  signal?: AbortSignal,
): Promise<Quality> {
  return (await runTask({ type: 'quality', path, question }, signal)) as Quality;
}

/** A worker thread that checkpoints the write-ahead log of a store, so that writers never wait for it. */
export function startCheckpoints(path: string, onFailed: () => void, everyMs = 500): AsyncDisposable {
  const worker = startThread({ type: 'checkpoint', path, everyMs });
  worker.unref();
  let isStopping = false;
  const ended = new Promise<void>((resolve) => {
    worker.once('error', () => undefined);
    worker.once('exit', () => {
      if (!isStopping) onFailed();
      resolve();
    });
  });
  return {
    async [Symbol.asyncDispose]() {
      isStopping = true;
      worker.ref();
      worker.postMessage('stop');
      await ended;
    },
  };
}

function startThread(task: StoreTask): Worker {
  return new Worker(THREAD, { workerData: task });
}

async function runTask(task: StoreTask, signal?: AbortSignal): Promise<unknown> {
  signal?.throwIfAborted();
  const worker = startThread(task);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const stop = (): void => {
    reject(signal?.reason);
    void worker.terminate();
  };
  signal?.addEventListener('abort', stop, { once: true });
  worker.once('message', resolve);
  // An error loses its class between threads; the thread throws nothing but failures of the store.
  worker.once('error', (cause) =>
    reject(new BonewatchError('STORE_FAILED', toSentence(messageOf(cause)), { cause })),
  );
  worker.once('exit', () => reject(new BonewatchError('STORE_FAILED', 'The database thread ended early.')));
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'The database could not be read.';
}
