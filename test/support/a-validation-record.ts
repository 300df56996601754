import { join } from 'node:path';
import {
  validatedModelOf,
  type ValidationRecord,
} from '../../src/inference/quantisation/validation-record.ts';
import { loadModel, type InstalledModel } from '../../src/inference/models/load-model.ts';

const REFERENCE = join(import.meta.dirname, '../fixtures/tiny-model');

/** The record that `model gate` writes for a model as good as the tiny one. */
export async function aValidationRecord(
  model: InstalledModel,
  executionProvider = 'cpu',
): Promise<ValidationRecord> {
  const thresholds = { suspected: 0.5, definite: 0.9 };
  const reference = await loadModel(REFERENCE);
  return {
    schema: 'bonewatch.gate/1',
    passed: true,
    faults: [],
    candidate: { ...validatedModelOf(model), thresholds },
    reference: { ...validatedModelOf(reference), thresholds },
    comparisons: [
      {
        ...{ figure: 'image AUC', margin: 0.02, reference: 0.95, candidate: 0.95, difference: 0 },
        ...{ ci95: [0, 0], isShown: true },
      },
    ],
    dataset: {
      ...{ name: 'cases', split: null, part: null, sha256: '1'.repeat(64), images: 200, skipped: 0 },
      ...{ positives: 100, groups: 200, positiveGroups: 100, negativeGroups: 100 },
    },
    ...{ draws: 1000, executionProvider, versions: { bonewatch: '0.1.0', node: '24.0.0' } },
    ...{ seconds: 1, made: '2026-01-01T00:00:00.000Z', notForDiagnosis: true },
  };
}
