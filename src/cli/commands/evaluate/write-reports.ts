import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluatedImage } from '../../../evaluate/figures/evaluated-image.ts';
import { fracturesInPixels } from '../../../evaluate/datasets/labelled-image.ts';
import { evaluationPage, type EvaluationPage } from '../../../evaluate/report/evaluation-page.ts';
import { marksSvg } from '../../../evaluate/report/marks-svg.ts';
import type { ReportPicture } from '../../../evaluate/report/page.ts';
import { summaryPage } from '../../../evaluate/report/summary-page.ts';
import type { DatasetSummary, SurveyedImage } from '../../../evaluate/datasets/summarise-dataset.ts';
import type { Thresholds } from '../../../evaluate/figures/measure.ts';
import { mapConcurrently } from './analyze-labelled-images.ts';
import type { Decoder } from '../../../analysis/open-decoder.ts';
import { encodePreview } from '../../../radiograph/pictures/raster-codec.ts';

/** Pictures of each kind: enough to see what goes wrong, few enough for a page. */
const WORST = 12;
const DRAWN_PER_BODY_PART = 4;
const PREVIEW_SIDE = 640;

type Marks = Parameters<typeof marksSvg>[1];

/** Writes `index.html` of an evaluation into a folder; it embeds the worst pictures, so it is patient data. */
export async function writeEvaluationReport(
  folder: string,
  parts: Omit<EvaluationPage, 'misses' | 'falseAlarms'> & { readonly thresholds: Thresholds },
  decoder: Decoder,
): Promise<void> {
  const { images, thresholds } = parts;
  const worst = (isPositive: boolean): readonly EvaluatedImage[] =>
    images
      .filter((image) => image.isPositive === isPositive)
      .filter(({ score }) => score >= thresholds.suspected !== isPositive)
      .toSorted((a, b) => (isPositive ? a.score - b.score : b.score - a.score))
      .slice(0, WORST);
  const draw = (list: readonly EvaluatedImage[]): Promise<ReportPicture[]> =>
    mapConcurrently(list, async ({ file, path, score, fractures, detections, facts }) => {
      const findings = detections.filter(({ confidence }) => confidence >= thresholds.suspected);
      const jpeg = await preview(path, { fractures, findings, definite: thresholds.definite }, decoder);
      const about = [...facts.bodyParts, ...facts.views, ...(facts.hasHardware === true ? ['hardware'] : [])];
      return { jpeg, caption: [file, `score ${score.toFixed(3)}`, ...about].join(' · ') };
    });
  const html = evaluationPage({
    ...parts,
    misses: await draw(worst(true)),
    falseAlarms: await draw(worst(false)),
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), html);
}

/** Writes `index.html` of a data set into a folder, with the labels drawn on some pictures of every body part. */
export async function writeSummaryReport(
  folder: string,
  { summary, surveyed }: { readonly summary: DatasetSummary; readonly surveyed: readonly SurveyedImage[] },
  decoder: Decoder,
): Promise<void> {
  const labelled = surveyed.filter(({ image, size }) => size !== null && image.fractures.length > 0);
  const byPart = Map.groupBy(labelled, ({ image }) => image.facts.bodyParts[0] ?? '');
  const chosen = [...byPart.values()].flatMap((list) => list.slice(0, DRAWN_PER_BODY_PART));
  const drawn = await mapConcurrently(chosen, async ({ image, size }) => {
    const fractures = size ? fracturesInPixels(image, size) : [];
    const jpeg = await preview(image.path, { fractures, findings: [], definite: 1 }, decoder);
    return { jpeg, caption: [image.file, ...image.facts.bodyParts, ...image.facts.views].join(' · ') };
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), summaryPage(summary, drawn));
}

async function preview(path: string, marks: Marks, decoder: Decoder): Promise<Buffer> {
  const picture = await decoder.render(path, { bits: 8, raw: false });
  return encodePreview(picture, marksSvg(picture, marks), PREVIEW_SIDE);
}
