import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { warmUp } from '../../src/inference/interpret.ts';
import { loadModel } from '../../src/inference/models/load-model.ts';
import { openStockEngine } from '../../src/inference/stock-engine.ts';

const FAMILIES = fileURLToPath(new URL('../fixtures/tiny-families', import.meta.url));
const TWO = [
  { name: 'fracture', alert: true },
  { name: 'metal', alert: false },
];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bonewatch-invalid-models-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a model that contradicts its manifest', () => {
  it.each([
    ['classifier', { labels: TWO }, /shape \[1, 1\], expected \[1, 2\] for classifier with 2 label/],
    ['yolo-v5', { labels: TWO }, /expected \[1, n, 7\]/],
    ['yolo-v8-seg', { labels: TWO }, /expected \[1, 7, cells\], prototypes/],
    ['detr', { labels: TWO }, /expected logits \[1, n, 2\]/],
    ['unet', { labels: TWO }, /expected \[1, 2, 64, 64\] or an even part/],
    ['torchvision-detection', { labels: TWO, outputs: ['boxes', 'scores'] }, /scores \[n, 3\]/],
    [
      'torchvision-detection',
      { decoding: { background: 'none' } },
      /returned class 2, but the manifest has 1 label/,
    ],
    ['yolo-v7', { family: 'yolo-end2end', outputs: ['masks'] }, /no output masks; it has output/],
    ['yolo-v5', { family: 'detr' }, /expected logits/],
    ['unet', { family: 'yolo-v5' }, /needs as many decoding.strides/],
  ])(
    'a model that contradicts its manifest is rejected at its first run, in one line: %s %j',
    async (name, change, message) => {
      const model = await aModel(name, change);
      await using engine = await openStockEngine(model.path, 'cpu');

      await expect(warmUp(engine, model.manifest)).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        message: expect.stringMatching(message) as string,
      });
    },
  );

  it.each([
    [
      'a U-Net that would lose regions between its two thresholds',
      'unet',
      { decoding: { maskThreshold: 0.6 } },
    ],
    ['an unknown family', 'unet', { family: 'u-net' }],
    ['an unknown key', 'unet', { decoding: { maskTreshold: 0.4 } }],
  ])(
    'an invalid manifest is rejected before the model is loaded, in one line: %s',
    async (_, name, change) => {
      const error = await aModel(name, change).catch((reason: unknown) => reason);

      expect(error).toMatchObject({ code: 'MODEL_INVALID' });
      expect((error as Error).message.split('\n')).toHaveLength(1);
    },
  );
});

async function aModel(name: string, change: object) {
  const directory = join(folder, name);
  await cp(join(FAMILIES, name), directory, { recursive: true });
  const file = join(directory, 'model.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...manifest, ...change }));
  return loadModel(directory);
}
