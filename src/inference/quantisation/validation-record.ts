import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BonewatchError } from '../../contract/errors.ts';
import type { InstalledModel } from '../models/load-model.ts';

/** File name in the model's folder. */
export const VALIDATION_FILE = 'gate.json';
/** A model that loses more than this fails, whatever margins were stated. */
export const MAX_MARGIN = 0.05;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const validatedModel = z.object({
  name: z.string(),
  version: z.string(),
  sha256: digest,
  /** Hash of the parts of the manifest that affect a result. */
  conduct: digest,
  thresholds: z.object({ suspected: z.number(), definite: z.number() }),
});

const comparison = z.object({
  figure: z.string(),
  margin: z.number().gt(0),
  reference: z.number(),
  candidate: z.number(),
  /** Candidate minus reference, on the same images, with its 95 % interval. */
  difference: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
  isShown: z.boolean(),
});

/** The record that `model gate` writes: whether a model is validated as no worse than its original, and on which images. */
const validationRecordSchema = z.object({
  schema: z.literal('bonewatch.gate/1'),
  passed: z.boolean(),
  /** Reasons for failure; empty if it passed. */
  faults: z.array(z.string()),
  candidate: validatedModel,
  reference: validatedModel,
  comparisons: z.array(comparison),
  dataset: z.object({
    name: z.string(),
    split: z.string().nullable(),
    part: z.string().nullable(),
    /** Hash of the images' bytes, labels and groups. */
    sha256: digest,
    images: z.int(),
    skipped: z.int(),
    positives: z.int(),
    groups: z.int(),
    positiveGroups: z.int(),
    negativeGroups: z.int(),
  }),
  draws: z.int(),
  executionProvider: z.string(),
  versions: z.object({ bonewatch: z.string(), node: z.string() }),
  seconds: z.number(),
  made: z.string(),
  notForDiagnosis: z.literal(true),
});

export type ValidationRecord = z.infer<typeof validationRecordSchema>;
type Comparison = ValidationRecord['comparisons'][number];

/** The identity a validation applies to: the model's weights, and the parts of its manifest that affect a result. */
export function validatedModelOf({
  manifest,
  identity,
}: InstalledModel): Omit<ValidationRecord['candidate'], 'thresholds'> {
  const { task, family, input, outputs, decoding, labels, thresholds } = manifest;
  const conduct = createHash('sha256')
    .update(JSON.stringify({ task, family, input, outputs, decoding, labels, thresholds }))
    .digest('hex');
  return { name: identity.name, version: identity.version, sha256: identity.sha256, conduct };
}

/**
 * Reads the record that allows a quantised model to serve. Throws MODEL_NOT_VALIDATED where its folder has none, or one
 * for other weights or another manifest, one that failed, or one whose figures do not prove that it passed.
 */
export async function requireValidation(model: InstalledModel): Promise<ValidationRecord> {
  const refuse = (why: string, cause?: unknown): never => {
    throw new BonewatchError(
      'MODEL_NOT_VALIDATED',
      `Model ${model.identity.name} is quantised (${model.quantisation ?? 'by its configuration'}), and ${why}.`,
      { cause },
    );
  };
  const path = join(dirname(model.path), VALIDATION_FILE);
  const text = await readFile(path, 'utf8').catch((cause: unknown) =>
    refuse(`there is no ${VALIDATION_FILE} in its folder`, cause),
  );
  const parsed = validationRecordSchema.safeParse(parseJson(text));
  if (!parsed.success) return refuse(`its ${VALIDATION_FILE} is not an accuracy record`, parsed.error);
  const record = parsed.data;
  const fault = faultOf(record, model);
  return fault === null ? record : refuse(fault);
}

function faultOf(record: ValidationRecord, model: InstalledModel): string | null {
  const [made, serving] = [record.candidate, validatedModelOf(model)];
  if (made.sha256 !== serving.sha256) return `its ${VALIDATION_FILE} is of other weights`;
  if (made.conduct !== serving.conduct)
    return `its manifest was changed since ${VALIDATION_FILE} was written`;
  if (!record.passed || record.faults.length > 0) {
    return `it did not pass its accuracy gate: ${record.faults[0] ?? 'no reason is given'}`;
  }
  const isShown = ({ margin, ci95 }: Comparison): boolean => margin <= MAX_MARGIN && ci95[0] > -margin;
  return record.comparisons.length > 0 && record.comparisons.every(isShown)
    ? null
    : `the figures in its ${VALIDATION_FILE} do not prove that it passed`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
