import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { BonewatchError } from '../contract/errors.ts';

/** Files that accompany images in an archive: lists, notes, checksums. A file named directly is never skipped. */
const SIDECARS = new Set([
  '.csv',
  '.html',
  '.json',
  '.log',
  '.md',
  '.md5',
  '.pdf',
  '.sha256',
  '.txt',
  '.xml',
  '.yaml',
  '.yml',
]);

/**
 * The files of the given paths, in the order given; folders are walked, each in the order of its names,
 * hidden files and sidecars left out. Throws PATH_NOT_FOUND for the first path that does not exist.
 */
export async function walkPaths(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new BonewatchError('PATH_NOT_FOUND', `${path} does not exist.`, { cause });
    });
    if (found.isDirectory()) files.push(...(await walkFolder(path)));
    else files.push(path);
  }
  return files;
}

async function walkFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !isSidecar(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function isSidecar(name: string): boolean {
  return SIDECARS.has(extname(name).toLowerCase());
}
