import { z } from 'zod';
import { BODY_PARTS } from '../radiograph/radiograph.ts';

const measured = z.looseObject({ value: z.number(), ci95: z.tuple([z.number(), z.number()]) });

const golden = z.strictObject({
  phantom: z.string().describe('Name of a golden phantom, as src/phantom lists them.'),
  boxes: z
    .array(z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }))
    .describe('What must be found, in the phantom’s pixels; empty: nothing may be.'),
  tolerancePx: z.number().positive().describe('How far, in pixels, the centre of a finding may be off.'),
});

/** `models/<name>/model.json`: everything the daemon needs to run a model it has never seen. */
export const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string().min(1),
  task: z.enum(['detection']),
  family: z.enum(['yolo-v8']),
  file: z.string().regex(/^[^/\\]+\.onnx$/, 'a file name in the manifest’s own folder'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  input: z.strictObject({
    name: z.string().min(1),
    width: z.int().positive(),
    height: z.int().positive(),
    channels: z.union([z.literal(1), z.literal(3)]),
    layout: z.literal('nchw'),
    scale: z.number().positive().describe('Multiplies a grey value 0…255 before mean and std.'),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
    fit: z.enum(['letterbox', 'stretch']),
    padValue: z.number().describe('Grey value 0…255 beside a letterboxed picture.'),
    colour: z.enum(['grey', 'rgb']),
  }),
  outputs: z.array(z.string()).min(1),
  labels: z.array(z.strictObject({ name: z.string().min(1), alert: z.boolean() })).min(1),
  thresholds: z.strictObject({
    suspected: z.number().gt(0).lt(1),
    definite: z.number().gt(0).lte(1),
    nmsIou: z.number().gt(0).lte(1),
  }),
  scope: z.strictObject({
    modalities: z.array(z.string()),
    bodyParts: z.array(z.enum(BODY_PARTS)),
    minAgeYears: z.int().nullable(),
  }),
  training: z.looseObject({
    dataset: z.string(),
    split: z.string(),
    licence: z.string(),
    metrics: z.looseObject({
      images: z.int(),
      positives: z.int(),
      auc: measured,
      ap50: measured,
      sensitivityAtSpecificity90: measured,
    }),
  }),
  licence: z.string().min(1),
  attribution: z.array(z.string()).default([]),
  golden: z.array(golden),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ModelInput = Manifest['input'];
export type GoldenPhantom = Manifest['golden'][number];
