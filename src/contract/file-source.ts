import { constants, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** A path relative to a folder that others may write to, as an inbox is. */
export interface PathInside {
  readonly folder: string;
  readonly path: string;
}

/** A file to read: by its path, which a person chose and which may be a link; or inside a folder, where no link counts. */
export type FileSource = string | PathInside;

/** The full path of a file, for display. */
export function pathOf(source: FileSource): string {
  return typeof source === 'string' ? source : join(source.folder, source.path);
}

/**
 * Linux's O_PATH, which Node does not name: the descriptor refers to the file without opening it, so no pipe waits and
 * no device reacts.
 */
const O_PATH = 0o10000000;

/**
 * Refers to an entry inside a folder: `outside` if a link leads to another place, ENOENT if it was moved meanwhile. If
 * the entry is a link, the handle refers to the link. What is at the path may change; the handle does not. Use it as
 * `descriptorPath`.
 */
export async function referInside({ folder, path }: PathInside): Promise<FileHandle | 'outside'> {
  const root = await realpath(folder);
  const expected = join(root, path);
  const handle = await open(expected, O_PATH | constants.O_NOFOLLOW);
  try {
    // The kernel's answer for the entry itself: whatever was swapped on the way, this is where it is.
    const found = await readlink(descriptorPath(handle));
    if (found === expected) return handle;
    if (found.startsWith(join(root, '/'))) throw moved();
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return 'outside';
}

/** A path that leads to what the handle refers to, whatever happens to its name. */
export function descriptorPath({ fd }: Pick<FileHandle, 'fd'>): string {
  return `/proc/self/fd/${fd}`;
}

function moved(): Error {
  return Object.assign(new Error('The entry was moved.'), { code: 'ENOENT', syscall: 'open' });
}
