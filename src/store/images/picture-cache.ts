import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Decoded pictures on the disk, so that one that is opened again is there at once. Never the only copy of anything. */
export interface PictureCache {
  /** Path of a kept picture; undefined where it is not kept. */
  find(key: string): string | undefined;
  /** Keeps a picture and lets the least recently used go; a disk that refuses is no error, it is only not kept. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Lets every picture go, because the disk is needed for more than them. */
  clear(): Promise<void>;
}

const KEY = /^[0-9a-f]{64}-(?:full|quick)$/;

/**
 * Opens a folder of pictures of at most so many bytes, for its owner only. What lies there from before counts, and what
 * is none of ours is left alone.
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
      if (!KEY.test(key)) throw new Error(`not a key of a picture: ${key}`);
      if (bytes.length > maxBytes || sizes.has(key)) return;
      await makeRoom(bytes.length);
      if (await writeWhole(folder, key, bytes)) note(key, bytes.length);
    },
  };
}

/** Writes a picture so that its name never stands for a part of it; false where the disk refuses. */
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

/** What an earlier run kept, least recently changed first. */
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
