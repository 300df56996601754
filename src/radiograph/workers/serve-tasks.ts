import { parentPort } from 'node:worker_threads';
import { isBonewatchError, type ErrorCode } from '../../contract/errors.ts';

/** From the pool to its worker: a task, or the large-image slot that the worker asked for. */
export type PoolMessage =
  { readonly type: 'task'; readonly task: unknown } | { readonly type: 'large-image-slot' };

/** From a worker to its pool: `ready` once, then one answer per task. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'needs-large-image-slot' }
  | { readonly type: 'reply'; readonly reply: unknown; readonly isSpent: boolean }
  | {
      readonly type: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly isSpent: boolean;
    }
  | { readonly type: 'broken'; readonly reason: string };

export interface TaskResult {
  readonly reply: unknown;
  /** Buffers that move to the main thread instead of being copied. */
  readonly transfer?: readonly ArrayBufferLike[];
}

/**
 * A task's handler. The pool has one slot for large images: `acquireLargeImageSlot` waits until no other worker
 * holds it; it is released when the task ends.
 */
export type HandleTask = (task: never, acquireLargeImageSlot: () => Promise<void>) => Promise<TaskResult>;

/**
 * Handles the pool's tasks one at a time. A BonewatchError is sent as its code and message; any other error
 * makes the pool replace this worker, and so does `isSpent`, called after every task.
 */
export function serveTasks(handle: HandleTask, isSpent: () => boolean): void {
  if (parentPort === null) throw new Error('serveTasks must run in a worker thread.');
  const port = parentPort;
  let onSlot: () => void = () => {};
  const send = (message: WorkerMessage, transfer: readonly ArrayBufferLike[] = []): void =>
    port.postMessage(
      message,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  const acquireLargeImageSlot = (): Promise<void> =>
    new Promise((resolve) => {
      onSlot = resolve;
      send({ type: 'needs-large-image-slot' });
    });
  port.on('message', (message: PoolMessage) => {
    if (message.type === 'large-image-slot') {
      onSlot();
      return;
    }
    handle(message.task as never, acquireLargeImageSlot)
      .then(({ reply, transfer }) => send({ type: 'reply', reply, isSpent: isSpent() }, transfer))
      .catch((error: unknown) => send(failureOf(error, isSpent)));
  });
  send({ type: 'ready' });
}

function failureOf(error: unknown, isSpent: () => boolean): WorkerMessage {
  if (isBonewatchError(error)) {
    const { code, message } = error;
    return { type: 'refused', code, message, isSpent: isSpent() };
  }
  return { type: 'broken', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
