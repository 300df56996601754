import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  compareModels,
  type ComparedModels,
  type ModelResults,
  type Margins,
} from '../../../evaluate/figures/compare-models.ts';
import { digestImages } from '../../../evaluate/datasets/digest-images.ts';
import {
  VALIDATION_FILE,
  validatedModelOf,
  type ValidationRecord,
} from '../../../inference/quantisation/validation-record.ts';
import type { InstalledModel } from '../../../inference/models/load-model.ts';
import type { LabelledAnalysis } from '../evaluate/analyze-labelled-images.ts';
import { BonewatchError } from '../../../contract/errors.ts';
import { packageVersion } from '../../../contract/package-facts.ts';
import { chooseModels } from '../analyze/choose-models.ts';
import { describeGate } from './describe-gate.ts';
import { analyzeCases } from '../evaluate/analyze-cases.ts';
import { openEvaluationAnalysis } from '../evaluate/open-evaluation-analysis.ts';
import { readCases, type CaseOptions, type Cases } from '../evaluate/read-cases.ts';
import { EXIT, print, printJson } from '../../terminal.ts';

export interface GateOptions extends CaseOptions {
  readonly reference: string;
  readonly config?: string;
  readonly margin: Margins;
  readonly record?: string;
  readonly json?: boolean;
}

/**
 * `model gate`: whether a model, a quantised one above all, is no worse than the one it was made from, on labelled images
 * that both analyse. Writes the record that allows it to serve, or the reasons why not. Exit 1 if it does not pass.
 */
export async function gateModel(candidate: string, options: GateOptions): Promise<number> {
  const started = performance.now();
  const cases = await readCases(options);
  const before = await measureWith(options.reference, cases, options);
  // Reuses the groups of the first measurement, so that near-duplicates are detected once.
  const groups = new Map(before.analysed.images.map(({ file, group }) => [file, group]));
  const after = await measureWith(candidate, { ...cases, split: groups }, options);

  const compared = compareModels(
    { reference: resultsOf(before), candidate: resultsOf(after) },
    { margins: options.margin, hasBoxes: after.model.manifest.task !== 'classification' },
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  const record = await recordOf({ before, after, cases, compared, seconds });
  await writeFile(
    options.record ?? join(dirname(after.model.path), VALIDATION_FILE),
    `${JSON.stringify(record, null, 2)}\n`,
  );
  if (options.json) printJson(record);
  else print(describeGate(record).join('\n'));
  return record.passed ? EXIT.ok : EXIT.failed;
}

/** The results of one of the two models. */
interface Measurement {
  readonly model: InstalledModel;
  readonly analysed: LabelledAnalysis;
  readonly thresholds: { readonly suspected: number; readonly definite: number };
  readonly executionProvider: string;
}

/** One model alone, on the first execution provider and no other. */
async function measureWith(name: string, cases: Cases, { config }: GateOptions): Promise<Measurement> {
  const chosen = await chooseModels({ config, model: name });
  const models = {
    ...chosen.models,
    operatingPoints: undefined,
    executionProviders: chosen.models.executionProviders.slice(0, 1),
    degradedAllowed: false,
  };
  await using analysis = await openEvaluationAnalysis({ ...chosen, models });
  const [model] = analysis.models;
  if (model === undefined) throw new BonewatchError('MODEL_INVALID', `There is no model ${name}.`);
  const analysed = await analyzeCases(cases, analysis, model.identity.name);
  const { suspected, definite } = analysis.analyzer;
  const executionProvider = analysis.inference.executionProvider() ?? 'none';
  return { model, analysed, thresholds: { suspected, definite }, executionProvider };
}

function resultsOf({ analysed, thresholds }: Measurement): ModelResults {
  return { images: analysed.images, thresholds };
}

async function recordOf({
  before,
  after,
  cases,
  compared,
  seconds,
}: {
  readonly before: Measurement;
  readonly after: Measurement;
  readonly cases: Cases;
  readonly compared: ComparedModels;
  readonly seconds: number;
}): Promise<ValidationRecord> {
  const faults = [...unfit(before, after), ...compared.faults];
  const { split, part } = cases.dataset;
  return {
    schema: 'bonewatch.gate/1',
    passed: faults.length === 0,
    faults,
    candidate: { ...validatedModelOf(after.model), thresholds: after.thresholds },
    reference: { ...validatedModelOf(before.model), thresholds: before.thresholds },
    comparisons: compared.comparisons.map((figure) => ({ ...figure, ci95: [...figure.ci95] })),
    dataset: {
      ...{ name: cases.name, split, part },
      sha256: await digestImages(before.analysed.images),
      images: before.analysed.images.length,
      skipped: before.analysed.skipped.length,
      ...compared.counts,
    },
    draws: compared.draws,
    executionProvider: after.executionProvider,
    versions: { bonewatch: packageVersion(), node: process.versions.node },
    seconds,
    made: new Date().toISOString(),
    notForDiagnosis: true,
  };
}

/** Why the two are not a quantised model and the model that it was made from. */
function unfit(before: Measurement, after: Measurement): string[] {
  const [reference, from] = [before.model, after.model.manifest.quantisation?.from];
  return [
    ...(reference.quantisation === null ? [] : ['the reference is itself quantised']),
    ...(from === undefined || from === reference.identity.sha256
      ? []
      : ['the model was made from another one than the reference']),
    ...(before.executionProvider === after.executionProvider
      ? []
      : ['the two models ran on different execution providers']),
  ];
}
