import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk cache of decoded pictures, so that one that is opened again is served at once. Never the only copy. */
export interface PictureCache {
  /** Path of a cached picture; undefined if it is not cached. */
  find(key: string): string | undefined;
  /** Caches a picture and removes the least recently used ones; if the disk write fails, it is just not cached. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Removes every picture, to free disk space. */
  clear(): Promise<void>;
}

const KEY = /^[0-9a-f]{64}-(?:full|quick)$/;

/**
 * Opens a cache folder of at most `maxBytes`, readable by its owner only. Pictures from earlier runs count; other files
 * are left alone.
 */
export async function openPictureCache(folder: string, maxBytes: number): Promise<PictureCache> {
  /** Least recently used first. */
  const sizes = new Map<string, number>();
  let total = 0;
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => undefined);
  for (const { key, size } of await picturesBefore(folder)) note(key, size);

  function note(key: string, size: number): void {
    total += size - (sizes.get(key) ?? 0);
    sizes.delete(key);
    sizes.set(key, size);
  }

  async function makeRoom(size: number): Promise<void> {
    for (const [key, bytes] of sizes) {
      if (total + size <= maxBytes) return;
      sizes.delete(key);
      total -= bytes;
      await rm(join(folder, key), { force: true }).catch(() => undefined);
    }
  }

  return {
    clear: () => makeRoom(maxBytes),
    find(key) {
      const size = sizes.get(key);
      if (size === undefined) return undefined;
      note(key, size);
      return join(folder, key);
    },
    async put(key, bytes) {
      if (!KEY.test(key)) throw new Error(`Not a picture key: ${key}.`);
      if (bytes.length > maxBytes || sizes.has(key)) return;
      await makeRoom(bytes.length);
      if (await writeWhole(folder, key, bytes)) note(key, bytes.length);
    },
  };
}

/** Writes a picture atomically; false if the disk write fails. */
async function writeWhole(folder: string, key: string, bytes: Uint8Array): Promise<boolean> {
  const part = join(folder, `.${key}.part`);
  try {
    await writeFile(part, bytes, { mode: 0o600 });
    await rename(part, join(folder, key));
    return true;
  } catch {
    await rm(part, { force: true }).catch(() => undefined);
    return false;
  }
}

/** Pictures of an earlier run, least recently changed first. */
async function picturesBefore(folder: string): Promise<readonly { key: string; size: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const pictures = await Promise.all(
    names
      .filter((name) => KEY.test(name))
      .map(async (key) => {
        const { size, mtimeMs } = await stat(join(folder, key));
        return { key, size, mtimeMs };
      }),
  );
  return pictures.toSorted((a, b) => a.mtimeMs - b.mtimeMs);
}
