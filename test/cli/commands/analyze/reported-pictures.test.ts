import { readFileSync } from 'node:fs';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../../../../src/contract/analysis-result.ts';
import { decodeRaster } from '../../../../src/radiograph/pictures/raster-codec.ts';
import { runBonewatch } from '../../../support/run-bonewatch.ts';
import { sharedData } from '../../../support/shared-data.ts';

/** `same`: looks like the control; `same-or-warned`: or carries a warning, or is refused with a reason. */
type Expectation = 'same' | 'same-or-warned' | 'same-or-refused';

const reports = sharedData('dicom/reports');
const CONTROL = 'c00_control.dcm';
/** Grey levels (g), codestreams (k), photographs (s), the window's values (w), LUT sequences (p22). */
const ABOUT_PIXELS = /^(g|k|s\d|w|p22)/;
/** A curve or window of its own may change grey levels, but not what is brighter than what. */
const MIN_CORRELATION = 0.85;

function expectations(): [file: string, expectation: Expectation][] {
  if (reports === null) return [];
  const all = JSON.parse(readFileSync(`${reports}/expected.json`, 'utf8')) as Record<
    string,
    { readonly expect: Expectation }
  >;
  return Object.entries(all).flatMap(([file, { expect: expectation }]) =>
    ABOUT_PIXELS.test(file) ? [[file, expectation]] : [],
  );
}

async function analysed(file: string): Promise<AnalysisResult> {
  const { status, stdout, stderr } = await runBonewatch(['analyze', '--json', `${reports}/${file}`]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as AnalysisResult;
}

async function rendered(file: string): Promise<Uint16Array> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bonewatch-render-'));
  const out = join(folder.path, 'out.png');
  const { status, stderr } = await runBonewatch(['render', `${reports}/${file}`, '--out', out]);
  expect(status, stderr).toBe(0);
  return (await decodeRaster(await readFile(out), () => {})).pixels;
}

function correlation(a: Uint16Array, b: Uint16Array): number {
  const mean = (values: Uint16Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, onlyA, onlyB] = [0, 0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const [x, y] = [(a[at] ?? NaN) - meanA, (b[at] ?? NaN) - meanB];
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  }
  return both / Math.sqrt(onlyA * onlyB);
}

describe.skipIf(reports === null)('a file like those that others reported', { timeout: 120_000 }, () => {
  it.each(expectations())(
    'is analysed as the right picture or carries a warning: %s (%s)',
    async (file, how) => {
      const result = await analysed(file);
      const looksRight = correlation(await rendered(file), await rendered(CONTROL)) > MIN_CORRELATION;

      expect(result.status).toBe('analysed');
      if (how === 'same') {
        expect(looksRight).toBe(true);
        expect(result.outcome).toBe((await analysed(CONTROL)).outcome);
      } else {
        expect(looksRight || result.warnings.length > 0).toBe(true);
      }
    },
  );
});
