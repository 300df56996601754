import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ValidationRecord } from '../../../../src/inference/quantisation/validation-record.ts';
import { runBonewatch } from '../../../support/run-bonewatch.ts';
import { squarePng } from '../../../support/squares.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const REFERENCE = join(FIXTURES, 'tiny-model');
/** Enough cases with a fracture to show a margin of 0.05, and as many without. */
const CASES = 72;
let folder: string;
let words: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-gate-'));
  const dataset = join(folder, 'cases');
  await mkdir(join(dataset, 'labels'), { recursive: true });
  await mkdir(join(dataset, 'images'));
  const names = Array.from({ length: 2 * CASES }, (_, number) => `${number}.png`);
  for (const [number, name] of names.entries()) {
    const isFractured = number < CASES;
    await writeFile(join(dataset, 'images', name), await squarePng(number, { isFractured }));
    const [x, y] = [(number % 8) * 16 + 8, 16 + (number % 7) * 16 + 8];
    if (isFractured) {
      await writeFile(join(dataset, 'labels', `${number}.txt`), `0 ${x / 128} ${y / 128} 0.125 0.125\n`);
    }
  }
  const split = join(folder, 'split.json');
  await writeFile(split, JSON.stringify({ validation: names }));
  const margins = ['sensitivity=0.05', 'specificity=0.05'].flatMap((margin) => ['--margin', margin]);
  words = ['--reference', REFERENCE, '--dataset', dataset, '--split', split, ...margins];
});
afterAll(() => rm(folder, { recursive: true }));

describe('a quantised model', { timeout: 120_000 }, () => {
  it('a quantised model serves only after its validation, and until its weights change', async () => {
    const model = await aCopy('passes');
    const analyze = ['analyze', join(folder, 'cases/images/0.png'), '--model', model, '--json'];
    const before = await runBonewatch(analyze);

    const gate = await runBonewatch(['model', 'gate', model, ...words]);
    const past = await runBonewatch(analyze);
    const record = JSON.parse(await readFile(join(model, 'gate.json'), 'utf8')) as ValidationRecord;
    await damage(model);
    const other = await runBonewatch(analyze);

    expect(before).toMatchObject({ status: 1, stdout: '' });
    expect(before.stderr).toContain('there is no gate.json in its folder. [MODEL_NOT_VALIDATED]');
    expect(gate).toMatchObject({ status: 0 });
    expect(gate.stdout).toMatch(/sensitivity at suspected +1\.0000 +1\.0000 +\+0\.0000 .* no worse\n/);
    expect(gate.stdout).toMatch(/passed in \d+ s\n$/);
    expect(record).toMatchObject({
      ...{ schema: 'bonewatch.gate/1', passed: true, faults: [], executionProvider: 'cpu', draws: 1000 },
      candidate: { name: 'tiny-model-int8', thresholds: { suspected: 0.5, definite: 0.9 } },
      reference: { name: 'tiny-model', sha256: await sha256(join(REFERENCE, 'tiny-model.onnx')) },
      dataset: { name: 'cases', split: 'split.json', part: 'validation', images: 144, positiveGroups: 72 },
    });
    expect(JSON.parse(past.stdout)).toMatchObject({ outcome: 'fracture-detected', score: 1 });
    expect(other.status).toBe(1);
    expect(other.stderr).toContain('its gate.json is of other weights. [MODEL_NOT_VALIDATED]');
  });

  it('a damaged quantised model fails its validation, and the record states the reasons', async () => {
    const model = await aCopy('fails');
    await damage(model);

    const gate = await runBonewatch(['model', 'gate', model, ...words, '--json']);
    const record = JSON.parse(gate.stdout) as ValidationRecord;
    const served = await runBonewatch(['analyze', join(folder, 'cases/images/0.png'), '--model', model]);

    expect(gate.status).toBe(1);
    expect(record.passed).toBe(false);
    expect(record.comparisons.find(({ figure }) => figure === 'sensitivity at suspected')).toMatchObject({
      ...{ reference: 1, candidate: 0, difference: -1, isShown: false },
    });
    expect(served.status).toBe(1);
    expect(served.stderr).toContain(
      'it did not pass its accuracy gate: sensitivity at suspected is not shown',
    );
  });

  it('a quantised model is compared only with the model that it was made from', async () => {
    const model = await aCopy('stranger');
    await edit(model, { quantisation: { ...quantisation, from: '0'.repeat(64) } });

    const { status, stdout } = await runBonewatch(['model', 'gate', model, ...words]);

    expect(status).toBe(1);
    expect(stdout).toContain('\nthe model was made from another one than the reference\n');
  });
});

it('analyze rejects precision int8 for a model that is not quantised', async () => {
  const config = join(folder, 'bonewatch.yaml');
  const models = `models: {directory: ${FIXTURES}, active: [tiny-model], executionProviders: [cpu], engines: {precision: int8}}`;
  await writeFile(config, `inboxes: [{path: /srv/export}]\nwards: [{id: w3, name: 3병동}]\n${models}\n`);

  const { status, stderr } = await runBonewatch(['analyze', folder, '--config', config]);

  expect(status).toBe(78);
  expect(stderr).toContain(
    'models.engines.precision is int8, but tiny-model is not quantised; see docs/int8.md.',
  );
});

it('model gate rejects a margin that every model would pass', async () => {
  const { status, stderr } = await runBonewatch([
    'model',
    'gate',
    REFERENCE,
    ...words,
    '--margin',
    'auc=0.2',
  ]);

  expect(status).toBe(1);
  expect(stderr).toContain(
    'Use one of auc, sensitivity, specificity, ap50, = and a share above 0 and up to 0.05.',
  );
});

const quantisation = { precision: 'int8', from: '', calibration: { images: 0, part: 'none', seed: 1 } };

async function aCopy(name: string): Promise<string> {
  const model = join(folder, name);
  await cp(join(FIXTURES, 'tiny-model-int8'), model, { recursive: true });
  return model;
}

/** Sets a tenth of the step, which clips values brighter than a tenth of white. */
async function damage(model: string): Promise<void> {
  const file = join(model, 'tiny-model-int8.onnx');
  const weights = await readFile(file);
  const step = Buffer.alloc(4);
  step.writeFloatLE(1 / 127);
  weights.writeFloatLE(1 / 1270, weights.indexOf(step));
  await writeFile(file, weights);
  await edit(model, { sha256: await sha256(file) });
}

async function edit(model: string, change: object): Promise<void> {
  const file = join(model, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, ...change }));
}

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
