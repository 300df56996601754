import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';
import { findQuantisation } from '../quantisation/find-quantisation.ts';
import type { ModelIdentity } from '../../contract/finding.ts';
import { manifestSchema, type Manifest } from './manifest.ts';

/** A model on disk whose manifest is valid and whose file matches it. */
export interface InstalledModel {
  readonly manifest: Manifest;
  readonly identity: ModelIdentity;
  /** Path of the ONNX file. */
  readonly path: string;
  /** Evidence in the file that it computes with eight bits or fewer; null without any. */
  readonly quantisation: string | null;
}

/**
 * Reads `<directory>/model.json` and verifies the weights by their SHA-256.
 * Throws MODEL_INVALID with all faults of the manifest, or MODEL_HASH_MISMATCH.
 */
export async function loadModel(directory: string): Promise<InstalledModel> {
  const manifest = parseManifest(await readManifest(directory), directory);
  const path = join(directory, manifest.file);
  const weights = await readFile(path).catch((cause: unknown) => {
    throw new BonewatchError('MODEL_INVALID', `Model ${manifest.name}: ${manifest.file} cannot be read.`, {
      cause,
    });
  });
  const sha256 = createHash('sha256').update(weights).digest('hex');
  if (sha256 !== manifest.sha256) {
    throw new BonewatchError('MODEL_HASH_MISMATCH', mismatch(manifest, weights, sha256));
  }
  const { name, version, task } = manifest;
  return {
    ...{ manifest, path },
    identity: { name, version, sha256, task },
    quantisation: findQuantisation(weights),
  };
}

/** Names of the folders below `directory` that hold a `model.json`, sorted. */
export async function listModels(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(
    (cause: unknown) => {
      throw new BonewatchError('MODEL_INVALID', 'The folder of models cannot be listed.', { cause });
    },
  );
  return entries
    .filter((entry) => entry.name === 'model.json' && entry.parentPath !== directory)
    .map((entry) => entry.parentPath.slice(directory.length + 1))
    .sort();
}

async function readManifest(directory: string): Promise<string> {
  return readFile(join(directory, 'model.json'), 'utf8').catch((cause: unknown) => {
    throw new BonewatchError('MODEL_INVALID', `No model.json in ${directory}.`, { cause });
  });
}

function parseManifest(text: string, directory: string): Manifest {
  const json = parseJson(text, directory);
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new BonewatchError('MODEL_INVALID', `${join(directory, 'model.json')}: ${toClause(faults.join('; '))}.`);
  }
  const { input, thresholds } = parsed.data;
  if (input.mean.length !== input.channels || input.std.length !== input.channels) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `Model ${parsed.data.name}: mean and std need one value per channel.`,
    );
  }
  if (thresholds.definite < thresholds.suspected) {
    throw new BonewatchError('MODEL_INVALID', `Model ${parsed.data.name}: definite is below suspected.`);
  }
  if (parsed.data.family === 'unet' && parsed.data.decoding.maskThreshold > thresholds.suspected) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `Model ${parsed.data.name}: decoding.maskThreshold is above suspected, so regions in between would be lost.`,
    );
  }
  return parsed.data;
}

function parseJson(text: string, directory: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BonewatchError('MODEL_INVALID', `${join(directory, 'model.json')} is not JSON.`, { cause });
  }
}

function mismatch(manifest: Manifest, weights: Buffer, sha256: string): string {
  const isPointer = weights.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs');
  const found = isPointer ? 'is a Git LFS pointer, not weights' : `has SHA-256 ${sha256.slice(0, 12)}…`;
  return `Model ${manifest.name}: ${manifest.file} ${found}, expected ${manifest.sha256.slice(0, 12)}….`;
}
