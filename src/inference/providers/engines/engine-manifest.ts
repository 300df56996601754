import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * The identity of an engine. ONNX Runtime's file names encode neither the weights nor the options
 * (onnxruntime #32254): a set of engines is used only if all of this matches.
 */
export interface EngineIdentity {
  /** SHA-256 of the model's file. */
  readonly model: string;
  /** Version of the runtime library. */
  readonly library: string;
  /** Everything else the engine depends on: the board, its system release, TensorRT, the driver. */
  readonly platform: string;
  /** The execution provider's options that affect the engine. */
  readonly options: Readonly<Record<string, string>>;
}

/** A unique folder name for an identity. */
export function engineKey({ model, library, platform, options }: EngineIdentity): string {
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([model, library, platform, sorted]))
    .digest('hex')
    .slice(0, 32);
}

export const ENGINE_MANIFEST = 'engines.json';

const schema = z.strictObject({
  identity: z.strictObject({
    model: z.string(),
    library: z.string(),
    platform: z.string(),
    options: z.record(z.string(), z.string()),
  }),
  buildSeconds: z.number(),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int(), sha256: z.string() })).min(1),
});

export type EngineManifest = z.infer<typeof schema>;

/** The files of a folder, as listed in its manifest. */
export async function describeFiles(folder: string): Promise<EngineManifest['files']> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name !== ENGINE_MANIFEST)
    .map((entry) => entry.name)
    .sort();
  const files: EngineManifest['files'] = [];
  for (const name of names) files.push({ name, ...(await digest(join(folder, name))) });
  return files;
}

/** Verifies a folder of engines: its manifest, or the fault. */
export async function checkEngines(
  folder: string,
  key: string,
): Promise<{ readonly fault: string } | { readonly manifest: EngineManifest }> {
  let manifest: EngineManifest;
  try {
    manifest = schema.parse(JSON.parse(await readFile(join(folder, ENGINE_MANIFEST), 'utf8')));
  } catch {
    return { fault: `${ENGINE_MANIFEST} cannot be read.` };
  }
  if (engineKey(manifest.identity) !== key)
    return { fault: 'The engine was built for another model, version or options.' };
  const found = await describeFiles(folder);
  const differing = differingFile(manifest.files, found);
  return differing === null ? { manifest } : { fault: `${differing} was changed after it was written.` };
}

/** Duration of the latest build in a cache, from its manifest; null without any. */
export async function latestBuildMs(root: string): Promise<number | null> {
  let latest: { readonly writtenAt: number; readonly ms: number } | null = null;
  for (const folder of await readdir(root)) {
    const path = join(root, folder, ENGINE_MANIFEST);
    try {
      const { buildSeconds } = schema.parse(JSON.parse(await readFile(path, 'utf8')));
      const { mtimeMs } = await stat(path);
      if (latest === null || mtimeMs > latest.writtenAt)
        latest = { writtenAt: mtimeMs, ms: buildSeconds * 1000 };
    } catch {
      // A folder that is being filled or is damaged has no build time.
    }
  }
  return latest?.ms ?? null;
}

function differingFile(stated: EngineManifest['files'], found: EngineManifest['files']): string | null {
  const text = (file: EngineManifest['files'][number] | undefined): string => JSON.stringify(file ?? null);
  const names = new Set([...stated, ...found].map(({ name }) => name));
  for (const name of names) {
    const [one, other] = [stated, found].map((files) => files.find((file) => file.name === name));
    if (text(one) !== text(other)) return name;
  }
  return null;
}

async function digest(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
