import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listModels, loadModel } from '../../../src/inference/models/load-model.ts';

const tinyModel = fileURLToPath(new URL('../../fixtures/tiny-model', import.meta.url));
let models: string;
let model: string;

beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), 'bonewatch-models-'));
  model = join(models, 'tiny-model');
  await cp(tinyModel, model, { recursive: true });
});
afterEach(() => rm(models, { recursive: true }));

describe('installed models', () => {
  it('installed models are listed by folder name', async () => {
    expect(await listModels(models)).toEqual(['tiny-model']);
  });

  it('a loaded model has the identity that every result names', async () => {
    const { identity } = await loadModel(model);

    expect(identity).toMatchObject({ name: 'tiny-model', version: '1.0.0', task: 'detection' });
  });

  it('a model is rejected if its weights differ from the hash in the manifest', async () => {
    await writeFile(join(model, 'tiny-model.onnx'), 'other weights');

    await expect(loadModel(model)).rejects.toMatchObject({ code: 'MODEL_HASH_MISMATCH' });
  });

  it('a Git LFS pointer instead of the weights is rejected with that reason', async () => {
    await writeFile(
      join(model, 'tiny-model.onnx'),
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
    );

    await expect(loadModel(model)).rejects.toThrow(/is a Git LFS pointer, not weights/);
  });

  it.each([
    ['no manifest', () => rm(join(model, 'model.json')), /No model.json/],
    ['a manifest that is not JSON', () => writeFile(join(model, 'model.json'), '{'), /is not JSON/],
    ['an unknown family', () => edit({ family: 'yolo-v99' }), /family/],
    ['an unknown key', () => edit({ treshold: 1 }), /treshold/],
    [
      'thresholds in the wrong order',
      () => edit({ thresholds: { suspected: 0.8, definite: 0.5, nmsIou: 0.5 } }),
      /definite is below/,
    ],
    ['a file outside its folder', () => edit({ file: '../other.onnx' }), /file/],
    ['missing weights', () => rm(join(model, 'tiny-model.onnx')), /cannot be read/],
  ])('a model with %s is rejected with one clear reason', async (_, damage, message) => {
    await damage();

    await expect(loadModel(model)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});

async function edit(change: object): Promise<void> {
  const file = join(model, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, ...change }));
}
