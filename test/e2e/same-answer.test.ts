import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AnalysisResult } from '../../src/contract/analysis-result.ts';
import { runBonewatch } from '../support/run-bonewatch.ts';
import { sharedData } from '../support/shared-data.ts';

interface Truth {
  readonly file: string;
  readonly source: string;
}

const labelled = sharedData('dicom/labelled');
const photos = sharedData('fracatlas/images');

it.runIf(labelled !== null && photos !== null)(
  'a DICOM file has the same findings as the JPEG it was made from',
  { timeout: 120_000 },
  async () => {
    const truth = JSON.parse(await readFile(join(labelled ?? '', 'truth.json'), 'utf8')) as Truth[];
    const sources = truth.map(({ source }) => join(photos ?? '', source));

    const fromDicom = await analyze([labelled ?? '']);
    const fromJpeg = await analyze(sources);

    expect(fromDicom).toHaveLength(truth.length);
    for (const [index, dicom] of fromDicom.entries()) {
      const jpeg = fromJpeg[index]!;
      expect(dicom.file).toContain(truth[index]!.file);
      expect(Math.abs((dicom.score ?? 0) - (jpeg.score ?? 0))).toBeLessThan(0.02);
      expect(dicom.findings).toHaveLength(jpeg.findings.length);
      for (const [rank, finding] of dicom.findings.entries()) {
        const other = jpeg.findings[rank]!;
        expect(Math.abs(finding.confidence - other.confidence)).toBeLessThan(0.02);
        for (const side of ['x', 'y', 'width', 'height'] as const) {
          expect(Math.abs(finding.box[side] - other.box[side])).toBeLessThan(2);
        }
      }
    }
  },
);

async function analyze(paths: readonly string[]): Promise<AnalysisResult[]> {
  const { stdout } = await runBonewatch(['analyze', ...paths, '--json']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AnalysisResult);
}
