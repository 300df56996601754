import { constants, open, type FileHandle } from 'node:fs/promises';
import { BonewatchError } from '../contract/errors.ts';
import { descriptorPath, referInside, type FileSource, type PathInside } from '../contract/file-source.ts';
import { borrowBuffer } from './pixels/large-buffers.ts';

/** A 64-megapixel picture of 16 bits is 128 MB; no stored radiograph is larger than this. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Without O_NONBLOCK a named pipe in the folder would block the thread forever. */
const READ_ONLY = constants.O_RDONLY | constants.O_NONBLOCK;

/** A read-only file that is read once, from the start; dispose it. */
export interface OpenFile extends AsyncDisposable {
  /** The first bytes, at most this many. */
  head(maxBytes: number): Promise<Buffer>;
  /** The content up to the size at opening, or less if it was truncated; large files in a borrowed buffer. */
  all(): Promise<Buffer>;
}

/**
 * Opens a file for reading. It and its methods throw FILE_VANISHED, FILE_UNREADABLE, IMAGE_TOO_LARGE or
 * FILE_NOT_REGULAR, for a file inside a folder also where a link is on the way to it.
 */
export async function openFile(source: FileSource): Promise<OpenFile> {
  const file =
    typeof source === 'string' ? await named(() => open(source, READ_ONLY)) : await openInside(source);
  try {
    const facts = await named(() => file.stat());
    if (!facts.isFile()) throw notRegular();
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

/** First refers to the file, then opens what it referred to: nothing else is opened, however fast names change. */
async function openInside(source: PathInside): Promise<FileHandle> {
  const entry = await named(() => referInside(source));
  if (entry === 'outside') throw notRegular();
  try {
    const facts = await named(() => entry.stat());
    if (!facts.isFile()) throw notRegular();
    return await named(() => open(descriptorPath(entry), READ_ONLY));
  } finally {
    await entry.close();
  }
}

function notRegular(): BonewatchError {
  return new BonewatchError(
    'FILE_NOT_REGULAR',
    'The path is a link or leads over one, or is not a regular file.',
  );
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
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}
