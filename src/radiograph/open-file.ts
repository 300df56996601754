import { constants, open, type FileHandle } from 'node:fs/promises';
import { BonewatchError } from '../contract/errors.ts';
import { borrowBuffer } from './pixels/large-buffers.ts';

/** A 64-megapixel picture of 16 bits is 128 MB; no stored radiograph is larger than this. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** A read-only file that is read once, from the start; dispose it. */
export interface OpenFile extends AsyncDisposable {
  /** The first bytes, at most this many. */
  head(maxBytes: number): Promise<Buffer>;
  /** The content up to the size at opening, or less if it was truncated; large files in a borrowed buffer. */
  all(): Promise<Buffer>;
}

/** Opens a file for reading. It and its methods throw FILE_VANISHED, FILE_UNREADABLE or IMAGE_TOO_LARGE. */
export async function openFile(path: string): Promise<OpenFile> {
  // Without O_NONBLOCK a named pipe in the folder would block the thread forever.
  const file = await named(() => open(path, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const facts = await named(() => file.stat());
    if (!facts.isFile()) throw new BonewatchError('FILE_UNREADABLE', 'The path is not a regular file.');
    const { size } = facts;
    if (size > MAX_FILE_BYTES) {
      throw new BonewatchError(
        'IMAGE_TOO_LARGE',
        `The file is larger than ${MAX_FILE_BYTES / 1024 ** 2} MB.`,
      );
    }
    return {
      head: (maxBytes) => named(() => readStart(file, Math.min(size, maxBytes))),
      all: () => named(() => readStart(file, size)),
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const bytes = borrowBuffer(length);
  let held = 0;
  while (held < length) {
    const { bytesRead } = await file.read(bytes, held, length - held, held);
    if (bytesRead === 0) break;
    held += bytesRead;
  }
  return bytes.subarray(0, held);
}

async function named<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isMissing(cause)) {
      throw new BonewatchError('FILE_VANISHED', 'The file was removed before it could be read.', { cause });
    }
    throw new BonewatchError('FILE_UNREADABLE', 'The file cannot be opened or read.', { cause });
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
