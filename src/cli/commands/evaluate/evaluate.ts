import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import { cocoResults } from '../../../evaluate/figures/coco-results.ts';
import { thresholdAtSpecificity } from '../../../evaluate/figures/image-figures.ts';
import { measure, type Evaluation, type Thresholds } from '../../../evaluate/figures/measure.ts';
import type { ModelIdentity } from '../../../contract/finding.ts';
import type { LabelledAnalysis, SkippedImage } from './analyze-labelled-images.ts';
import type { Analysis } from '../../../analysis/open-analysis.ts';
import { writeEvaluationReport } from './write-reports.ts';
import { chooseModels } from '../analyze/choose-models.ts';
import { describeEvaluation } from './describe-evaluation.ts';
import { analyzeCases } from './analyze-cases.ts';
import { openEvaluationAnalysis } from './open-evaluation-analysis.ts';
import { readCases, type CaseOptions, type Cases } from './read-cases.ts';
import { EXIT, print, printJson } from '../../terminal.ts';

export interface EvaluateOptions extends CaseOptions {
  readonly config?: string;
  readonly model?: string;
  readonly predictions?: string;
  readonly report?: string;
  readonly prevalence?: number;
  readonly fixSpecificity?: number;
  readonly thresholds: string;
  readonly json?: boolean;
}

/** What `evaluate --json` prints, and what the report shows. */
export interface EvaluationAnswer extends Evaluation {
  readonly schema: 'bonewatch.evaluation/1';
  readonly models: readonly ModelIdentity[];
  readonly dataset: Cases['dataset'];
  readonly skipped: readonly SkippedImage[];
  readonly executionProvider: string | null;
  readonly notForDiagnosis: true;
}

/** `evaluate`: accuracy of the daemon's own decoding and models on labelled images. */
export async function evaluate(options: EvaluateOptions): Promise<number> {
  const cases = await readCases(options);
  await using analysis = await openEvaluationAnalysis(await chooseModels(options));

  const analysed = await analyzeCases(cases, analysis, 'evaluating');
  const thresholds = await thresholdsFor(analysed, analysis, options);
  const evaluation: EvaluationAnswer = {
    schema: 'bonewatch.evaluation/1',
    models: analysis.inference.models,
    dataset: cases.dataset,
    ...measure(analysed.images, {
      thresholds,
      prevalence: options.prevalence ?? null,
      hasBoxes: analysis.models.some(({ manifest }) => manifest.task !== 'classification'),
    }),
    skipped: analysed.skipped,
    executionProvider: analysis.inference.executionProvider(),
    notForDiagnosis: true,
  };
  if (options.report !== undefined) {
    const about = aboutOf(evaluation, options);
    const report = { about, evaluation, images: analysed.images, skipped: analysed.skipped, thresholds };
    await writeEvaluationReport(options.report, report, analysis.decoder);
  }
  if (options.predictions !== undefined) await writeJson(options.predictions, cocoResults(analysed.images));
  if (options.json) printJson(evaluation);
  else print(textOf(evaluation));
  return EXIT.ok;
}

/** The configured thresholds, or new ones at a stated specificity, which are then written for the configuration. */
async function thresholdsFor(
  { images }: LabelledAnalysis,
  { analyzer, inference }: Analysis,
  { fixSpecificity, thresholds: file, dataset }: EvaluateOptions,
): Promise<Thresholds> {
  if (fixSpecificity === undefined) return analyzer;
  const suspected = thresholdAtSpecificity(images, fixSpecificity);
  // A quarter of the false alarms of "suspected".
  const definite = thresholdAtSpecificity(images, 1 - (1 - fixSpecificity) / 4);
  if (suspected === null || definite === null || suspected <= 0 || suspected >= 1) {
    throw new BonewatchError(
      'DATASET_INVALID',
      'A specificity needs images without a fracture, and scores that differ.',
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
