import { z } from 'zod';
import { BODY_PARTS } from '../../contract/radiograph.ts';

const measured = z.looseObject({ value: z.number(), ci95: z.tuple([z.number(), z.number()]) });

const golden = z.strictObject({
  phantom: z.string().describe('Name of a golden phantom, as src/phantom lists them.'),
  boxes: z
    .array(z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }))
    .describe('Expected findings, in the phantom’s pixels; empty: none.'),
  tolerancePx: z.number().positive().describe('How far, in pixels, the centre of a finding may be off.'),
});

const decoding = z
  .strictObject({
    activation: z
      .enum(['none', 'sigmoid', 'softmax'])
      .optional()
      .describe(
        'How class values become confidences. Default: sigmoid for detr and raw YOLO heads, none for the rest.',
      ),
    background: z
      .enum(['none', 'first', 'last'])
      .optional()
      .describe(
        'Position of the background class among the class values. Default: first for torchvision, last for softmax in detr, first for softmax in unet, none for the rest.',
      ),
    strides: z
      .array(z.int().positive())
      .default([])
      .describe('For raw YOLO heads: input pixels per cell, one per output.'),
    anchors: z
      .array(z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1))
      .default([])
      .describe('For raw YOLO heads: width and height of each anchor in input pixels, one list per output.'),
    boxUnits: z
      .enum(['pixels', 'normalised'])
      .optional()
      .describe('Units of the boxes: input pixels, or fractions of the input. Default: normalised for detr, pixels for the rest.'),
    maskThreshold: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.5)
      .describe('Threshold of a mask; for unet also the minimum probability of a region.'),
    minAreaPx: z.int().min(0).default(0).describe('For unet: smaller regions, in mask pixels, are ignored.'),
  })
  .describe('How the outputs are read, if the family has options.');

/** The families, in the order of the documentation. */
const FAMILIES = [
  'classifier',
  'torchvision-detection',
  'torchvision-instance-segmentation',
  'yolo-v5',
  'yolo-v7',
  'yolo-v8',
  'yolo-end2end',
  'detr',
  'unet',
] as const;

/** `models/<name>/model.json`: everything the daemon needs to run a model it has never seen. */
export const manifestSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string().min(1),
  task: z.enum(['detection', 'instance-segmentation', 'semantic-segmentation', 'classification']),
  family: z.enum(FAMILIES),
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
    fit: z
      .enum(['letterbox', 'stretch', 'pad'])
      .describe(
        'letterbox: scaled to fit, in the centre; pad: scaled to fit, top left; stretch: the shape changes.',
      ),
    padValue: z.number().describe('Grey value 0…255 of the padding.'),
    colour: z.enum(['grey', 'rgb']).describe('rgb: grey repeated in three channels.'),
  }),
  outputs: z.array(z.string()).min(1).describe('Names in the order of the family, see below.'),
  decoding: decoding.prefault({}),
  labels: z.array(z.strictObject({ name: z.string().min(1), alert: z.boolean() })).min(1),
  thresholds: z.strictObject({
    suspected: z.number().gt(0).lt(1),
    definite: z.number().gt(0).lte(1),
    nmsIou: z
      .number()
      .gt(0)
      .lte(1)
      .describe('Of two boxes of one label with a higher overlap, the less confident is suppressed; 1: none.'),
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
      ap50: measured.optional(),
      dice: measured.optional(),
      sensitivityAtSpecificity90: measured,
    }),
  }),
  licence: z.string().min(1),
  attribution: z.array(z.string()).default([]),
  golden: z.array(golden),
  quantisation: z
    .strictObject({
      precision: z.literal('int8'),
      from: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .describe('SHA-256 of the original weights.'),
      calibration: z.looseObject({ images: z.int(), part: z.string(), seed: z.int() }),
    })
    .optional()
    .describe(
      'How a quantised model was made. Its file shows whether it is one; `bonewatch model gate` must validate it before it serves.',
    ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Family = Manifest['family'];
export type GoldenPhantom = Manifest['golden'][number];
