import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface BuiltPages extends AsyncDisposable {
  readonly folder: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache');
const SOURCES = ['src/web/**/*', 'src/contract/**/*', 'vite.config.ts', 'package-lock.json'];

/** The pages built from the current sources, once per version of them, so that no test uses an outdated build. */
export async function buildPages(): Promise<BuiltPages> {
  const folder = join(CACHE, `pages-${hashOfSources()}`);
  if (!existsSync(folder)) await buildInto(folder);
  return { folder, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: ROOT }).toSorted()) {
    if (statSync(join(ROOT, path)).isFile()) hash.update(path).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Other test processes may build the same pages concurrently: a folder with that name is always complete. */
async function buildInto(folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const parts = await mkdtemp(join(CACHE, 'building-pages-'));
  const configFile = join(ROOT, 'vite.config.ts');
  await build({ configFile, logLevel: 'error', mode: 'production', build: { outDir: parts } });
  try {
    await rename(parts, folder);
  } catch (error) {
    await rm(parts, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}
