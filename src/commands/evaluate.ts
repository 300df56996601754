import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Config } from '../config/schema.ts';
import { BonewatchError } from '../errors.ts';
import { cocoResults } from '../evaluate/coco-results.ts';
import { thresholdAtSpecificity } from '../evaluate/image-figures.ts';
import type { LabelledImage } from '../evaluate/labelled-image.ts';
import { measure, type Evaluation, type Thresholds } from '../evaluate/measure.ts';
import { readDataset, type DatasetFormat } from '../evaluate/read-dataset.ts';
import { readSplit, type Split } from '../evaluate/read-split.ts';
import type { ModelIdentity } from '../inference/finding.ts';
import { judgeImages, type Judged, type SkippedImage } from '../judge-images.ts';
import { createLog } from '../log.ts';
import { openAnalysis, type Analysis } from '../open-analysis.ts';
import { writeEvaluationReport } from '../write-reports.ts';
import { chooseModels } from './choose-models.ts';
import { describeEvaluation } from './describe-evaluation.ts';
import { showProgress } from './progress.ts';
import { EXIT, print } from './terminal.ts';

export interface EvaluateOptions {
  readonly dataset: string;
  readonly format?: DatasetFormat;
  readonly split?: string;
  readonly part: string;
  readonly config?: string;
  readonly model?: string;
  readonly predictions?: string;
  readonly report?: string;
  readonly prevalence?: number;
  readonly fixSpecificity?: number;
  readonly thresholds: string;
  readonly json?: boolean;
}

const PATIENCE_MS = 10 * 60_000;

/** What `evaluate --json` prints, and what the report shows. */
export interface EvaluationAnswer extends Evaluation {
  readonly schema: 'bonewatch.evaluation/1';
  readonly models: readonly ModelIdentity[];
  readonly dataset: {
    readonly format: DatasetFormat;
    readonly split: string | null;
    readonly part: string | null;
  };
  readonly skipped: readonly SkippedImage[];
  readonly executionProvider: string | null;
  readonly notForDiagnosis: true;
}

/** `evaluate`: how far the daemon's own decoding and models can be trusted, on images that somebody has labelled. */
export async function evaluate(options: EvaluateOptions): Promise<number> {
  const dataset = await readDataset(options.dataset, options.format);
  const split = options.split === undefined ? null : await readSplit(options.split, options.part);
  const labelled = chosen(dataset.images, split);
  await using analysis = await openAnalysis(patient(await chooseModels(options)), createLog('warn'));

  const judged = await judgeAll(labelled, split, analysis);
  const thresholds = await thresholdsFor(judged, analysis, options);
  const evaluation: EvaluationAnswer = {
    schema: 'bonewatch.evaluation/1',
    models: analysis.inference.models,
    dataset: {
      format: dataset.format,
      split: options.split === undefined ? null : basename(options.split),
      part: split === null ? null : options.part,
    },
    ...measure(judged.images, {
      thresholds,
      prevalence: options.prevalence ?? null,
      hasBoxes: analysis.models.some(({ manifest }) => manifest.task !== 'classification'),
    }),
    skipped: judged.skipped,
    executionProvider: analysis.inference.executionProvider(),
    notForDiagnosis: true,
  };
  if (options.report !== undefined) {
    const about = aboutOf(evaluation, options);
    const report = { about, evaluation, images: judged.images, skipped: judged.skipped, thresholds };
    await writeEvaluationReport(options.report, report, analysis.decoder);
  }
  if (options.predictions !== undefined) await writeJson(options.predictions, cocoResults(judged.images));
  print(options.json ? JSON.stringify(evaluation) : textOf(evaluation));
  return EXIT.ok;
}

/** A busy machine must not change the figures: nobody waits for these images. */
function patient<T extends Pick<Config, 'models' | 'scope'>>(config: T): T {
  return {
    ...config,
    models: { ...config.models, deadlineMs: Math.max(config.models.deadlineMs, PATIENCE_MS) },
    scope: { ...config.scope, decodeDeadlineMs: Math.max(config.scope.decodeDeadlineMs, PATIENCE_MS) },
  };
}

function chosen(images: readonly LabelledImage[], split: Split | null): readonly LabelledImage[] {
  if (split === null) return images;
  const inSplit = images.filter(({ file }) => split.has(basename(file)));
  if (inSplit.length > 0) return inSplit;
  throw new BonewatchError('DATASET_INVALID', 'no image of the data set is in that part of the split');
}

async function judgeAll(
  labelled: readonly LabelledImage[],
  split: Split | null,
  { analyzer, decoder }: Analysis,
): Promise<Judged> {
  using progress = showProgress('evaluating', labelled.length);
  const judged = await judgeImages(labelled, { analyzer, decoder, split, onStep: () => progress.step() });
  if (judged.images.length > 0) return judged;
  const [first] = judged.skipped;
  throw new BonewatchError(
    'DATASET_INVALID',
    `no image could be analysed; ${first?.file ?? ''}: ${first?.reason ?? ''}`,
  );
}

/** The thresholds that serve, or new ones at a stated specificity, which are then written for the configuration. */
async function thresholdsFor(
  { images }: Judged,
  { analyzer, inference }: Analysis,
  { fixSpecificity, thresholds: file, dataset }: EvaluateOptions,
): Promise<Thresholds> {
  if (fixSpecificity === undefined) return analyzer;
  const suspected = thresholdAtSpecificity(images, fixSpecificity);
  // A quarter of the false alarms of "suspected" are left.
  const definite = thresholdAtSpecificity(images, 1 - (1 - fixSpecificity) / 4);
  if (suspected === null || definite === null || suspected <= 0 || suspected >= 1) {
    throw new BonewatchError(
      'DATASET_INVALID',
      'a specificity needs images without a fracture, and scores that differ',
    );
  }
  await writeJson(file, {
    schema: 'bonewatch.operating-points/1',
    models: inference.models.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    ...{ suspected, definite: Math.min(1, definite), specificity: fixSpecificity },
    images: images.length,
    positives: images.filter(({ isPositive }) => isPositive).length,
    dataset: basename(dataset),
    made: new Date().toISOString(),
  });
  return { suspected, definite };
}

function aboutOf({ models, dataset }: EvaluationAnswer, options: EvaluateOptions): readonly string[] {
  const split = dataset.split === null ? '' : `, part ${dataset.part ?? ''} of ${dataset.split}`;
  return [
    ...models.map(
      ({ name, version, sha256 }) => `Model: ${name} ${version} (SHA-256 ${sha256.slice(0, 16)}…)`,
    ),
    `Images: ${basename(options.dataset)} (${dataset.format})${split}`,
  ];
}

function textOf(evaluation: EvaluationAnswer): string {
  const models = evaluation.models.map(({ name, version }) => `${name} ${version}`).join(', ');
  const skipped = evaluation.skipped.map(({ file, reason }) => `skipped ${file}: ${reason}`);
  return [models, ...describeEvaluation(evaluation), ...skipped].join('\n');
}

async function writeJson(file: string, content: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(content)}\n`);
}
