import { readFile, stat } from 'node:fs/promises';
import { BonewatchError } from '../errors.ts';

/** A 64-megapixel picture of 16 bits is 128 MB; nothing a radiograph is stored in is larger than this. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** The content of a file, read once and read-only. Throws FILE_VANISHED, FILE_UNREADABLE or IMAGE_TOO_LARGE. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new BonewatchError(
        'IMAGE_TOO_LARGE',
        `The file is larger than ${MAX_FILE_BYTES / 1024 ** 2} MB.`,
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof BonewatchError) throw cause;
    if (isMissing(cause)) {
      throw new BonewatchError('FILE_VANISHED', 'The file was removed before it could be read.', { cause });
    }
    throw new BonewatchError('FILE_UNREADABLE', 'The file cannot be opened or read.', { cause });
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
