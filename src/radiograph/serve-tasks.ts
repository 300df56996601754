import { parentPort } from 'node:worker_threads';
import { isBonewatchError, type ErrorCode } from '../errors.ts';

/** What a worker says to its pool: once that it is up, then one answer per task. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'reply'; readonly reply: unknown }
  | {
      readonly type: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly recycle: boolean;
    }
  | { readonly type: 'broken'; readonly reason: string };

export interface TaskResult {
  readonly reply: unknown;
  /** Buffers that move to the main thread instead of being copied. */
  readonly transfer?: readonly ArrayBufferLike[];
}

/** After these a codec has worked on nonsense and its memory cannot be trusted. */
const RECYCLE_AFTER: ReadonlySet<ErrorCode> = new Set(['PIXELS_CORRUPT']);

/**
 * Answers the pool's tasks, one at a time. A BonewatchError crosses as its code and message; anything else
 * the handler throws makes the pool replace this worker.
 */
export function serveTasks(handle: (task: never) => Promise<TaskResult>): void {
  if (parentPort === null) throw new Error('serveTasks belongs in a worker thread');
  const port = parentPort;
  const send = (message: WorkerMessage, transfer: readonly ArrayBufferLike[] = []): void =>
    port.postMessage(
      message,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  port.on('message', (task: unknown) => {
    handle(task as never)
      .then(({ reply, transfer }) => send({ type: 'reply', reply }, transfer))
      .catch((error: unknown) => send(failureOf(error)));
  });
  send({ type: 'ready' });
}

function failureOf(error: unknown): WorkerMessage {
  if (isBonewatchError(error)) {
    const { code, message } = error;
    return { type: 'refused', code, message, recycle: RECYCLE_AFTER.has(code) };
  }
  return { type: 'broken', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
