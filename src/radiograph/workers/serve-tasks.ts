import { parentPort } from 'node:worker_threads';
import { isBonewatchError, type ErrorCode } from '../../contract/errors.ts';

/** What a pool says to its worker: a task, and the leave to go on with it that the worker asked for. */
export type PoolMessage = { readonly type: 'task'; readonly task: unknown } | { readonly type: 'turn' };

/** What a worker says to its pool: once that it is up, then one answer per task. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'needs-turn' }
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

/** A task's handler; `takeTurn` waits until no other worker of the pool has a turn, which ends with its task. */
export type HandleTask = (task: never, takeTurn: () => Promise<void>) => Promise<TaskResult>;

/**
 * Answers the pool's tasks, one at a time. A BonewatchError crosses as its code and message; anything else
 * the handler throws makes the pool replace this worker, and so does `isSpent`, asked after every task.
 */
export function serveTasks(handle: HandleTask, isSpent: () => boolean): void {
  if (parentPort === null) throw new Error('serveTasks belongs in a worker thread');
  const port = parentPort;
  let onTurn: () => void = () => {};
  const send = (message: WorkerMessage, transfer: readonly ArrayBufferLike[] = []): void =>
    port.postMessage(
      message,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  const takeTurn = (): Promise<void> =>
    new Promise((resolve) => {
      onTurn = resolve;
      send({ type: 'needs-turn' });
    });
  port.on('message', (message: PoolMessage) => {
    if (message.type === 'turn') {
      onTurn();
      return;
    }
    handle(message.task as never, takeTurn)
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
