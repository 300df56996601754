import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/contract/box.ts';
import { emptyBitmap, fillPolygon, type Bitmap } from '../../src/evaluate/figures/fill-polygon.ts';
import { interpret, warmUp } from '../../src/inference/interpret.ts';
import { letterbox } from '../../src/preprocess/letterbox.ts';
import { loadModel } from '../../src/inference/models/load-model.ts';
import { openStockEngine } from '../../src/inference/stock-engine.ts';
import { decodeRaster } from '../../src/radiograph/pictures/raster-codec.ts';
import { aPicture } from '../support/a-picture.ts';

const FAMILIES = fileURLToPath(new URL('../fixtures/families', import.meta.url));

/** The result of the framework itself for a picture, recorded by the scripts in the folder of the cases. */
interface Oracle {
  readonly madeWith: string;
  readonly picture: string;
  readonly score: number;
  readonly findings: readonly {
    readonly label: string;
    readonly confidence: number;
    readonly box: readonly [x: number, y: number, width: number, height: number];
    /** Lengths of alternating runs outside and inside, row after row. */
    readonly mask?: readonly number[];
  }[];
}

const MAX_BOX_PX = 0.5;
const MAX_CONFIDENCE = 1e-3;
const MIN_MASK_IOU = 0.99;
/** In a smaller mask, one pixel at the edge exceeds the tolerance. */
const MIN_MASK_AREA = 150;

const cases = (await readdir(FAMILIES, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe('the model families, compared with their own frameworks', () => {
  it.each(cases)('%s yields the same boxes, confidences and outlines as its framework', async (name) => {
    const oracle = JSON.parse(await readFile(join(FAMILIES, name, 'oracle.json'), 'utf8')) as Oracle;

    const { score, findings, picture } = await daemonOn(name, oracle.picture);

    expect(Math.abs(score - oracle.score)).toBeLessThan(MAX_CONFIDENCE);
    expect(findings.map(({ label }) => label)).toEqual(oracle.findings.map(({ label }) => label));
    let compared = 0;
    for (const [index, finding] of findings.entries()) {
      const expected = oracle.findings[index]!;
      expect(Math.abs(finding.confidence - expected.confidence)).toBeLessThan(MAX_CONFIDENCE);
      expect(farthestEdge(finding.box, expected.box)).toBeLessThan(MAX_BOX_PX);
      if (expected.mask && areaOf(expected.mask) >= MIN_MASK_AREA) {
        expectSameMask(finding.polygon ?? [], expected.mask, picture);
        compared += 1;
      }
    }
    const drawsMasks = oracle.findings.some(({ mask }) => mask);
    expect(compared > 0).toBe(drawsMasks);
  });

  it('the cases cover every family', async () => {
    const manifests = await Promise.all(cases.map((name) => loadModel(join(FAMILIES, name))));

    expect([...new Set(manifests.map(({ manifest }) => manifest.family))].toSorted()).toEqual([
      'classifier',
      'detr',
      'torchvision-detection',
      'torchvision-instance-segmentation',
      'unet',
      'yolo-end2end',
      'yolo-v5',
      'yolo-v7',
      'yolo-v8',
    ]);
  });
});

async function daemonOn(name: string, pictureFile: string) {
  const { manifest, path } = await loadModel(join(FAMILIES, name));
  const { width, height, pixels } = await decodeRaster(
    await readFile(join(FAMILIES, pictureFile)),
    () => undefined,
  );
  const picture = { width, height };
  await using engine = await openStockEngine(path, 'cpu');
  await warmUp(engine, manifest);
  const { values, dims, placement } = letterbox(aPicture(width, height, pixels), manifest.input);
  const outputs = await engine.run(values, dims);
  const { suspected } = manifest.thresholds;
  return { ...interpret(outputs, manifest, { suspected, placement, picture }), picture };
}

function farthestEdge(found: Box, [x, y, width, height]: readonly [number, number, number, number]): number {
  return Math.max(
    Math.abs(found.x - x),
    Math.abs(found.y - y),
    Math.abs(found.x + found.width - x - width),
    Math.abs(found.y + found.height - y - height),
  );
}

function expectSameMask(
  polygon: readonly (readonly [number, number])[],
  runs: readonly number[],
  { width, height }: { width: number; height: number },
): void {
  const expected = emptyBitmap(width, height);
  let at = 0;
  for (const [index, run] of runs.entries()) {
    if (index % 2 === 1) expected.bits.fill(1, at, at + run);
    at += run;
  }
  const found = emptyBitmap(width, height);
  fillPolygon(found, polygon);
  expect(iouOf(found, expected)).toBeGreaterThanOrEqual(MIN_MASK_IOU);
}

function areaOf(runs: readonly number[]): number {
  return runs.reduce((sum, run, index) => sum + (index % 2 === 1 ? run : 0), 0);
}

function iouOf(a: Bitmap, b: Bitmap): number {
  const shared = a.bits.filter((bit, index) => bit === 1 && b.bits[index] === 1).length;
  const either = a.bits.filter((bit, index) => bit === 1 || b.bits[index] === 1).length;
  return shared / either;
}
