import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { extname } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import type { InferenceReply, InferenceRequest } from './messages.ts';

/** One inference process. Requests are handled in order; a missed deadline kills the process. */
export interface InferenceProcess {
  readonly pid: number;
  /** Aborted when the process has ended or was killed, for any reason. */
  readonly ended: AbortSignal;
  /**
   * The reply to one request. Rejects with INFERENCE_TIMEOUT (after killing the process), INFERENCE_CRASHED, or the
   * named error of the process.
   */
  ask(request: InferenceRequest, deadlineMs: number): Promise<InferenceReply>;
  kill(): void;
}

const CHILD = new URL(`./inference-child${extname(import.meta.url)}`, import.meta.url);

/** From 1.29, ONNX Runtime sends telemetry to its vendor unless the variable of its version is set before it loads. */
const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: '1', ORT_TELEMETRY_DISABLED: '1' };

/** Starts an inference process; `onLine` receives the output of the native libraries. */
export function startInferenceProcess(onLine: (line: string) => void): InferenceProcess {
  const child = fork(CHILD, {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...NO_TELEMETRY },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  forwardLines(child, onLine);
  const ended = monitorEnd(child);

  function end(reason: BonewatchError): void {
    ended.abort(reason);
    child.kill('SIGKILL');
  }

  return {
    pid: child.pid ?? 0,
    ended: ended.signal,
    async ask(request, deadlineMs) {
      ended.signal.throwIfAborted();
      const timer = setTimeout(() => {
        end(new BonewatchError('INFERENCE_TIMEOUT', `No answer within ${deadlineMs} ms.`));
      }, deadlineMs);
      try {
        const reply = await replyOf(child, request, ended.signal);
        if (reply.type === 'refused') throw new BonewatchError(reply.code, reply.message);
        return reply;
      } finally {
        clearTimeout(timer);
      }
    },
    kill: () => end(new BonewatchError('INFERENCE_CRASHED', 'The inference process was stopped.')),
  };
}

/** Aborted with INFERENCE_CRASHED when the process exits or cannot be started. */
function monitorEnd(child: ChildProcess): AbortController {
  const ended = new AbortController();
  child.once('exit', (code, signal) => {
    ended.abort(
      new BonewatchError(
        'INFERENCE_CRASHED',
        `The inference process ended (${signal ?? `exit ${String(code)}`}).`,
      ),
    );
  });
  child.once('error', (cause) => {
    ended.abort(
      new BonewatchError('INFERENCE_CRASHED', 'The inference process could not be started.', { cause }),
    );
  });
  return ended;
}

function replyOf(
  child: ChildProcess,
  request: InferenceRequest,
  ended: AbortSignal,
): Promise<InferenceReply> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: unknown): void => {
      ended.removeEventListener('abort', onEnded);
      resolve(reply as InferenceReply);
    };
    const onEnded = (): void => {
      child.off('message', onMessage);
      reject(ended.reason as Error);
    };
    child.once('message', onMessage);
    ended.addEventListener('abort', onEnded, { once: true });
    // A failed send means that the process is exiting; its exit rejects the promise.
    child.send(request, () => undefined);
  });
}

function forwardLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
}
