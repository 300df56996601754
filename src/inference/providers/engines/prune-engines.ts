import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const SET = /^[0-9a-f]{32}$/;

/**
 * Removes sets of engines, least recently used first, until their total size is at most `maxBytes`.
 * The set in use is never removed.
 */
export async function pruneEngines(
  root: string,
  { inUse, maxBytes }: { readonly inUse: string; readonly maxBytes: number },
): Promise<void> {
  const sets: { readonly name: string; readonly bytes: number; readonly usedAt: number }[] = [];
  for (const name of await readdir(root)) {
    if (!SET.test(name)) continue;
    const folder = join(root, name);
    sets.push({ name, bytes: await folderBytes(folder), usedAt: (await stat(folder)).mtimeMs });
  }
  let total = sets.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { name, bytes } of sets.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= maxBytes) return;
    if (name === inUse) continue;
    await rm(join(root, name), { recursive: true, force: true });
    total -= bytes;
  }
}

async function folderBytes(folder: string): Promise<number> {
  let total = 0;
  for (const name of await readdir(folder)) total += (await stat(join(folder, name))).size;
  return total;
}
