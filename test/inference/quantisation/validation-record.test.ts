import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  requireValidation,
  type ValidationRecord,
} from '../../../src/inference/quantisation/validation-record.ts';
import { loadModel, type InstalledModel } from '../../../src/inference/models/load-model.ts';
import { aValidationRecord } from '../../support/a-validation-record.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
let folder: string;
let model: InstalledModel;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-gate-'));
  await cp(join(FIXTURES, 'tiny-model-int8'), folder, { recursive: true });
  model = await loadModel(folder);
});
afterEach(() => rm(folder, { recursive: true }));

describe('a quantised model', () => {
  it('a quantised model with a passed accuracy record is accepted', async () => {
    await writeRecord(await aValidationRecord(model));

    await expect(requireValidation(model)).resolves.toMatchObject({
      passed: true,
      dataset: { name: 'cases' },
    });
  });

  it('a quantised model without an accuracy record is rejected', async () => {
    await expect(requireValidation(model)).rejects.toMatchObject({
      code: 'MODEL_NOT_VALIDATED',
      message:
        'Model tiny-model-int8 is quantised (QuantizeLinear), and there is no gate.json in its folder.',
    });
  });

  it.each<[string, (record: ValidationRecord) => unknown, RegExp]>([
    ['is not an accuracy record', () => ({ passed: true }), /is not an accuracy record\.$/],
    ['is not JSON', () => 'passed', /is not an accuracy record\.$/],
    [
      'belongs to other weights',
      (record) => withCandidate(record, { sha256: '0'.repeat(64) }),
      /of other weights\.$/,
    ],
    [
      'belongs to another manifest',
      (record) => withCandidate(record, { conduct: '0'.repeat(64) }),
      /manifest was changed since gate\.json was written\.$/,
    ],
    [
      'was not passed',
      (record) => ({ ...record, passed: false, faults: ['image AUC is not shown to be within 0.02'] }),
      /did not pass its accuracy gate: image AUC is not shown to be within 0\.02\.$/,
    ],
    [
      'claims to have passed but lists a fault',
      (record) => ({ ...record, faults: ['too few'] }),
      /gate: too few\.$/,
    ],
    ['compares nothing', (record) => ({ ...record, comparisons: [] }), /do not prove that it passed\.$/],
    [
      'claims to have passed with a loss of accuracy',
      (record) => withComparison(record, { ci95: [-0.03, 0] }),
      /do not prove that it passed/,
    ],
    [
      'has margins that prove nothing',
      (record) => withComparison(record, { margin: 0.5, ci95: [-0.4, 0] }),
      /do not prove that it passed/,
    ],
  ])('a quantised model is rejected if its accuracy record %s', async (_, change, message) => {
    await writeRecord(change(await aValidationRecord(model)));

    await expect(requireValidation(model)).rejects.toMatchObject({
      code: 'MODEL_NOT_VALIDATED',
      message: expect.stringMatching(message) as string,
    });
  });

  it('a record no longer applies after the thresholds changed', async () => {
    await writeRecord(await aValidationRecord(model));
    const file = join(folder, 'model.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(
      file,
      JSON.stringify({ ...manifest, thresholds: { suspected: 0.6, definite: 0.9, nmsIou: 0.5 } }),
    );

    await expect(requireValidation(await loadModel(folder))).rejects.toThrow(/manifest was changed/);
  });

  it('a record still applies after measured figures or attributions were written into the manifest', async () => {
    await writeRecord(await aValidationRecord(model));
    const file = join(folder, 'model.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...manifest, attribution: ['someone'] }));

    await expect(requireValidation(await loadModel(folder))).resolves.toMatchObject({ passed: true });
  });
});

async function writeRecord(record: unknown): Promise<void> {
  await writeFile(join(folder, 'gate.json'), typeof record === 'string' ? record : JSON.stringify(record));
}

function withCandidate(
  record: ValidationRecord,
  change: Partial<ValidationRecord['candidate']>,
): ValidationRecord {
  return { ...record, candidate: { ...record.candidate, ...change } };
}

function withComparison(
  record: ValidationRecord,
  change: Partial<ValidationRecord['comparisons'][number]>,
): ValidationRecord {
  return { ...record, comparisons: record.comparisons.map((comparison) => ({ ...comparison, ...change })) };
}
