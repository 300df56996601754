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
  it('may serve with the record of the accuracy gate that it passed', async () => {
    await keep(await aValidationRecord(model));

    await expect(requireValidation(model)).resolves.toMatchObject({
      passed: true,
      dataset: { name: 'cases' },
    });
  });

  it('may not serve without one', async () => {
    await expect(requireValidation(model)).rejects.toMatchObject({
      code: 'MODEL_NOT_VALIDATED',
      message:
        'Model tiny-model-int8 is quantised (QuantizeLinear), and there is no gate.json in its folder.',
    });
  });

  it.each<[string, (record: ValidationRecord) => unknown, RegExp]>([
    ['is no record', () => ({ passed: true }), /is not an accuracy record\.$/],
    ['is no JSON', () => 'passed', /is not an accuracy record\.$/],
    [
      'is of other weights',
      (record) => withCandidate(record, { sha256: '0'.repeat(64) }),
      /of other weights\.$/,
    ],
    [
      'is of another manifest',
      (record) => withCandidate(record, { conduct: '0'.repeat(64) }),
      /manifest was changed since gate\.json was written\.$/,
    ],
    [
      'was not passed',
      (record) => ({ ...record, passed: false, faults: ['image AUC is not shown to be within 0.02'] }),
      /did not pass its accuracy gate: image AUC is not shown to be within 0\.02\.$/,
    ],
    ['says "passed" beside a fault', (record) => ({ ...record, faults: ['too few'] }), /gate: too few\.$/],
    ['compares nothing', (record) => ({ ...record, comparisons: [] }), /do not prove that it passed\.$/],
    [
      'says "passed" of a loss',
      (record) => withComparison(record, { ci95: [-0.03, 0] }),
      /do not prove that it passed/,
    ],
    [
      'has margins that show nothing',
      (record) => withComparison(record, { margin: 0.5, ci95: [-0.4, 0] }),
      /do not prove that it passed/,
    ],
  ])('may not serve where the record %s', async (_, change, message) => {
    await keep(change(await aValidationRecord(model)));

    await expect(requireValidation(model)).rejects.toMatchObject({
      code: 'MODEL_NOT_VALIDATED',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is bound to its thresholds: who moves them measures again', async () => {
    await keep(await aValidationRecord(model));
    const file = join(folder, 'model.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(
      file,
      JSON.stringify({ ...manifest, thresholds: { suspected: 0.6, definite: 0.9, nmsIou: 0.5 } }),
    );

    await expect(requireValidation(await loadModel(folder))).rejects.toThrow(/manifest was changed/);
  });

  it('keeps its record when only what was measured is written into its manifest', async () => {
    await keep(await aValidationRecord(model));
    const file = join(folder, 'model.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...manifest, attribution: ['somebody'] }));

    await expect(requireValidation(await loadModel(folder))).resolves.toMatchObject({ passed: true });
  });
});

async function keep(record: unknown): Promise<void> {
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
