import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';

/** Lines for a descriptor whose reader may stop reading, such as a pipe or the socket of a stopped journal. */
export interface LogOutput {
  /** Writes a line, with its line feed, now or when the reader reads again. Never waits and never throws. */
  write(line: string): void;
}

export interface LogOutputOptions {
  /** Lines that wait for a reader take up at most this much; later ones are dropped and counted. */
  readonly maxBytes?: number;
  /** The line that follows the waiting ones when lines were dropped. */
  readonly reportDropped: (lines: number) => string;
}

/** A thousand lines and more: minutes of a busy device. */
const MAX_WAITING_BYTES = 1024 ** 2;
const RETRY_MS = 50;
/** At the end of the process a reader gets this long to take the last lines. */
const MAX_EXIT_MS = 200;
const EXIT_STEP_MS = 5;

/** Opens the output of a log. A full pipe or a missing reader costs lines, never time. */
export function openLogOutput(
  descriptor: number,
  { maxBytes = MAX_WAITING_BYTES, reportDropped }: LogOutputOptions,
): LogOutput {
  const queue = createLineQueue(withoutWaiting(descriptor));
  let dropped = 0;
  let timer: NodeJS.Timeout | null = null;
  let endsWithProcess = false;

  function drain(): void {
    if (!queue.drain()) return;
    if (timer !== null) clearInterval(timer);
    timer = null;
    if (dropped === 0) return;
    queue.send(Buffer.from(reportDropped(dropped)));
    dropped = 0;
  }

  function drainLater(): void {
    timer ??= setInterval(drain, RETRY_MS).unref();
    if (endsWithProcess) return;
    endsWithProcess = true;
    process.once('exit', () => drainBriefly(queue, drain));
  }

  return {
    write(line) {
      const bytes = Buffer.from(line);
      if (queue.bytes() > 0 && queue.bytes() + bytes.length > maxBytes) dropped += 1;
      else queue.send(bytes);
      if (queue.bytes() > 0) drainLater();
    },
  };
}

/** Lines in their order, of which the first may be the rest of one. */
interface LineQueue {
  /** How much waits. */
  bytes(): number;
  /** Writes what the reader takes; what it leaves waits. */
  send(line: Buffer): void;
  /** Writes what waits; whether nothing does any more. */
  drain(): boolean;
}

function createLineQueue(target: number): LineQueue {
  let waiting: Buffer[] = [];
  let bytes = 0;

  function hold(rest: Buffer): void {
    if (rest.length === 0) return;
    waiting.push(rest);
    bytes += rest.length;
  }

  function send(line: Buffer): void {
    hold(waiting.length > 0 ? line : line.subarray(writeNow(target, line)));
  }

  return {
    bytes: () => bytes,
    send,
    drain() {
      const lines = waiting;
      [waiting, bytes] = [[], 0];
      for (const line of lines) send(line);
      return bytes === 0;
    },
  };
}

function drainBriefly(queue: LineQueue, drain: () => void): void {
  const until = performance.now() + MAX_EXIT_MS;
  drain();
  while (queue.bytes() > 0 && performance.now() < until) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EXIT_STEP_MS);
    drain();
  }
}

/** How many bytes were taken. A reader that has gone takes everything: there is nothing to wait for. */
function writeNow(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    return isFull(error) ? 0 : bytes.length;
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

/** A descriptor that is written without waiting. A regular file never waits. */
function withoutWaiting(descriptor: number): number {
  const facts = fstatSync(descriptor);
  if (facts.isFIFO() || facts.isSocket()) openStandardError();
  if (!facts.isCharacterDevice()) return descriptor;
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    const own = openSync(`/proc/self/fd/${descriptor}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    process.once('exit', () => closeSync(own));
    return own;
  } catch {
    return descriptor;
  }
}

/** Node opens the standard streams of a pipe or socket so that writing to them never waits. */
function openStandardError(): NodeJS.WriteStream {
  return process.stderr;
}
