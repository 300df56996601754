import { mkdir, mkdtemp, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BonewatchError, isBonewatchError } from '../../../contract/errors.ts';
import { toClause } from '../../../contract/sentence.ts';
import {
  checkEngines,
  latestBuildMs,
  describeFiles,
  ENGINE_MANIFEST,
  engineKey,
  type EngineIdentity,
  type EngineManifest,
} from './engine-manifest.ts';
import { processMark } from './process-mark.ts';
import { pruneEngines } from './prune-engines.ts';

/** The stored engines of one model on one machine. */
export interface EngineCache {
  /** Folder of the engines, once `inspect` returns `ready`. */
  readonly folder: string;
  /** `damaged`: the files differ from those that were written. */
  inspect(): Promise<'ready' | 'none' | 'damaged'>;
  /**
   * Lets `fill` write engines into an empty folder, and moves it into place once it is synced to disk. A crash at
   * any time leaves either the old set or the new one. Throws ENGINE_BUILD_FAILED.
   */
  build(fill: (folder: string) => Promise<void>): Promise<void>;
  /** Throws ENGINE_CACHE_DAMAGED when a session opened on the engines changed them, because it rebuilt them. */
  requireUnchanged(): Promise<void>;
  /** Moves the engines aside, replacing those quarantined before. */
  quarantine(): Promise<void>;
  /** Called once the engines serve: removes other sets beyond the size limit, least recently used first. */
  prune(): Promise<void>;
  /** Duration of the latest build in this cache, of any model; null if unknown. */
  usualBuildMs(): Promise<number | null>;
}

const BUILDING_PREFIX = 'building-';
const DAMAGED_FOLDER = 'damaged';

export interface EngineCacheOptions {
  readonly root: string;
  readonly identity: EngineIdentity;
  readonly maxBytes: number;
  readonly clock: () => number;
}

/** Opens the cache and removes folders left by interrupted builds. */
export async function openEngineCache(options: EngineCacheOptions): Promise<EngineCache> {
  const { root, identity, clock } = options;
  const key = engineKey(identity);
  const folder = join(root, key);
  // If the folder cannot be created or read, the build fails and another provider serves.
  await mkdir(root, { recursive: true, mode: 0o700 }).catch(() => undefined);
  await removeAbandoned(root).catch(() => undefined);
  return {
    folder,
    async inspect() {
      if (!(await readdir(root)).includes(key)) return 'none';
      return 'fault' in (await checkEngines(folder, key)) ? 'damaged' : 'ready';
    },
    build: (fill) => buildEngines(options, folder, fill),
    async requireUnchanged() {
      const checked = await checkEngines(folder, key);
      if ('fault' in checked) throw new BonewatchError('ENGINE_CACHE_DAMAGED', checked.fault);
    },
    quarantine: () => quarantineEngines(root, folder),
    async prune() {
      const now = new Date(clock());
      await utimes(folder, now, now);
      await pruneEngines(root, { inUse: key, maxBytes: options.maxBytes });
    },
    usualBuildMs: () => latestBuildMs(root),
  };
}

async function buildEngines(
  { root, identity, clock }: EngineCacheOptions,
  folder: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const started = clock();
  let building: string | undefined;
  try {
    const mark = (await processMark(process.pid)) ?? process.pid;
    building = await mkdtemp(join(root, `${BUILDING_PREFIX}${mark}-`));
    await fill(building);
    const buildSeconds = Math.round((clock() - started) / 1000);
    await seal(building, { identity, buildSeconds, files: await describeFiles(building) });
    // The existing folder was unusable, or is the same set from another process.
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
    await sync(root);
  } catch (cause) {
    if (building !== undefined) await rm(building, { recursive: true, force: true });
    if (isBonewatchError(cause)) throw cause;
    throw new BonewatchError('ENGINE_BUILD_FAILED', `The engine could not be stored: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

async function quarantineEngines(root: string, folder: string): Promise<void> {
  const damaged = join(root, DAMAGED_FOLDER);
  await rm(damaged, { recursive: true, force: true });
  await rename(folder, damaged).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await sync(root);
}

/** Writes the manifest and syncs everything to disk. */
async function seal(folder: string, manifest: EngineManifest): Promise<void> {
  if (!manifest.files.some(({ bytes, name }) => bytes > 0 && name.endsWith('.engine'))) {
    throw new BonewatchError(
      'ENGINE_BUILD_FAILED',
      'TensorRT wrote no engine, because it can run no part of the model.',
    );
  }
  await writeFile(join(folder, ENGINE_MANIFEST), JSON.stringify(manifest, null, 2));
  for (const { name } of manifest.files) await sync(join(folder, name));
  await sync(join(folder, ENGINE_MANIFEST));
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes folders of builds whose process has ended; another process may have its PID now. */
async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(BUILDING_PREFIX)) continue;
    const mark = /^\d+-\d+/.exec(name.slice(BUILDING_PREFIX.length))?.[0] ?? '';
    const isRunning = mark === (await processMark(Number.parseInt(mark, 10)));
    if (!isRunning) await rm(join(root, name), { recursive: true, force: true });
  }
}

function messageOf(cause: unknown): string {
  return toClause(cause instanceof Error ? cause.message : String(cause));
}
