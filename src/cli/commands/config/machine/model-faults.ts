import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { requireEightBits } from '../../../../analysis/open-analysis.ts';
import { loadMembers } from '../../../../analysis/load-chain-members.ts';
import { readThresholds } from '../../../../analysis/thresholds.ts';
import { withNearest } from '../../../../config/nearest.ts';
import type { Config } from '../../../../config/schema.ts';
import { isBonewatchError } from '../../../../contract/errors.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../../../contract/package-facts.ts';
import { listModels, loadModel } from '../../../../inference/models/load-model.ts';
import { requireValidation } from '../../../../inference/quantisation/validation-record.ts';
import { libraryFault } from '../../doctor/library-checks.ts';
import type { MachineFault } from './machine-fault.ts';

type ModelConfig = Pick<Config, 'models' | 'alerts'>;

/** Models that are not installed or cannot be used, and a runtime library that is missing. */
export async function modelFaults(config: ModelConfig): Promise<readonly MachineFault[]> {
  const { models } = config;
  const library = models.runtimeLibrary === undefined ? null : libraryFault(models.runtimeLibrary);
  const ofModels = await activeFaults(models);
  return [
    ...ofModels,
    ...(ofModels.length === 0 ? await chainFaults(config) : []),
    ...(library === null ? [] : [{ path: ['models', 'runtimeLibrary'], message: `${library}.` }]),
  ];
}

async function activeFaults({ directory, active }: Config['models']): Promise<readonly MachineFault[]> {
  const folder = directory ?? SHIPPED_MODELS_DIRECTORY;
  if (!existsSync(folder))
    return [
      { path: ['models', 'directory'], message: `${folder} does not exist. Install the models there.` },
    ];
  const names = active.map((entry) => (typeof entry === 'string' ? entry : entry.model));
  const messages = await Promise.all(names.map((name) => faultOf(folder, name)));
  return messages.flatMap((message, index) =>
    message === null ? [] : [{ path: ['models', 'active', index], message }],
  );
}

async function faultOf(folder: string, name: string): Promise<string | null> {
  if (!existsSync(join(folder, name, 'model.json')))
    return withNearest(`There is no model ${name} in ${folder}`, name, await listModels(folder));
  return messageOf(async () => {
    const model = await loadModel(join(folder, name));
    if (model.quantisation !== null) await requireValidation(model);
  });
}

/** Faults of models that can be used, but not with these settings. */
async function chainFaults(config: ModelConfig): Promise<readonly MachineFault[]> {
  const { models } = config;
  const precision = await messageOf(async () => requireEightBits(models, await loadMembers(models)));
  const points = models.operatingPoints === undefined ? null : await messageOf(() => readThresholds(config));
  return [
    ...(precision === null ? [] : [{ path: ['models', 'engines', 'precision'], message: precision }]),
    ...(points === null ? [] : [{ path: ['models', 'operatingPoints'], message: points }]),
  ];
}

async function messageOf(use: () => Promise<unknown>): Promise<string | null> {
  try {
    await use();
    return null;
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return error.message;
  }
}
