import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  matchDetections,
  meanAveragePrecision,
} from '../../../src/evaluate/figures/average-precision.ts';
import type { CocoResult } from '../../../src/evaluate/figures/coco-results.ts';
import { listDataset } from '../../../src/evaluate/datasets/image-files.ts';
import { cocoSchema, readCoco } from '../../../src/evaluate/datasets/read-coco.ts';
import { aJudgedImage } from './an-evaluated-image.ts';

const folder = fileURLToPath(new URL('../../fixtures/coco/', import.meta.url));
const run = promisify(execFile);

interface Figures {
  readonly ap50: number;
  readonly ap50_95: number;
}

describe('average precision', () => {
  it('equals the result of pycocotools 2.0.11, with ties, crowds and more than a hundred boxes', async () => {
    const oracle = await readJson<Figures>('oracle.json');

    const { ap50, ap50_95 } = await ours();

    expect(Math.abs(ap50 - oracle.ap50)).toBeLessThan(1e-6);
    expect(Math.abs(ap50_95 - oracle.ap50_95)).toBeLessThan(1e-6);
  });

  it('equals the result of the pycocotools of this machine', async () => {
    const python = process.env['PYTHON'] ?? 'python3';
    const hasPycocotools = await run(python, ['-c', 'import pycocotools.cocoeval']).then(
      () => true,
      () => false,
    );
    if (!hasPycocotools) {
      console.warn(`skipped: ${python} has no pycocotools; name one that has with PYTHON`);
      return;
    }
    const { stdout } = await run(python, [
      `${folder}record.py`,
      `${folder}truth.json`,
      `${folder}results.json`,
    ]);
    const theirs = JSON.parse(stdout) as Figures;

    const { ap50, ap50_95 } = await ours();

    expect(Math.abs(ap50 - theirs.ap50)).toBeLessThan(1e-6);
    expect(Math.abs(ap50_95 - theirs.ap50_95)).toBeLessThan(1e-6);
  });

  it('counts an image that was drawn twice as if it were there twice', async () => {
    const images = await evaluatedImages();
    const twice = matchDetections(images.flatMap((image) => [image, image]));

    const weighted = averagePrecision(matchDetections(images), 0, new Uint16Array(images.length).fill(2));

    expect(weighted).toBeCloseTo(averagePrecision(twice, 0) ?? 0, 9);
  });

  it('has no value where nothing is to be found', () => {
    expect(averagePrecision(matchDetections([aJudgedImage({ isPositive: false })]), 0)).toBeNull();
  });
});

async function ours(): Promise<Figures> {
  const verdicts = matchDetections(await evaluatedImages());
  return {
    ap50: averagePrecision(verdicts, 0) ?? Number.NaN,
    ap50_95: meanAveragePrecision(verdicts) ?? Number.NaN,
  };
}

async function evaluatedImages() {
  const truth = cocoSchema.parse(await readJson('truth.json'));
  const results = await readJson<CocoResult[]>('results.json');
  return readCoco(truth, await listDataset(folder)).map(({ imageId, fractures, file }) =>
    aJudgedImage({
      file,
      fractures,
      detections: results
        .filter((result) => result.image_id === imageId)
        .map(({ bbox: [x, y, width, height], score }) => ({
          ...{ label: 'fracture', confidence: score, polygon: null },
          box: { x, y, width, height },
        })),
    }),
  );
}

async function readJson<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(`${folder}${name}`, 'utf8')) as T;
}
