import { BonewatchError } from '../contract/errors.ts';
import type { Engine, OutputTensor } from './engine.ts';
import { decodeAnchoredYolo } from './families/anchored-yolo.ts';
import { decodeClassifier } from './families/classifier.ts';
import { decodeDetr } from './families/detr.ts';
import { decodeEndToEnd } from './families/end-to-end.ts';
import { decodeTorchvision } from './families/torchvision.ts';
import { decodeUnet } from './families/unet.ts';
import { decodeYoloV8 } from './families/yolo-v8.ts';
import type { Finding } from '../contract/finding.ts';
import type { Detection } from './detection.ts';
import type { Placement } from '../preprocess/letterbox.ts';
import { toPicture } from './to-picture.ts';
import type { Family, Manifest } from './models/manifest.ts';
import { fieldOf } from './masks/mask-field.ts';
import { nms } from './nms.ts';
import { outlineOf } from './masks/outline.ts';

/** Outputs below this are dropped: it bounds the list, and is below any real operating point. */
const MIN_CONFIDENCE = 0.001;

/**
 * Three times COCO's limit per picture and far more than a reader could use. With thousands of boxes of
 * very low confidence, as an evaluation requests them, suppression took ten times as long as the model.
 */
const MAX_FINDINGS = 300;

type Decode = (
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
) => readonly Detection[];

const DECODERS: Readonly<Record<Family, Decode>> = {
  classifier: decodeClassifier,
  'torchvision-detection': decodeTorchvision,
  'torchvision-instance-segmentation': decodeTorchvision,
  'yolo-v5': decodeAnchoredYolo,
  'yolo-v7': decodeAnchoredYolo,
  'yolo-v8': decodeYoloV8,
  'yolo-end2end': decodeEndToEnd,
  detr: decodeDetr,
  unet: decodeUnet,
};

/** A model's result for one radiograph. */
export interface Interpretation {
  /** The highest confidence of any detection, before thresholds; 0 without detections. */
  readonly score: number;
  /** Detections from `suspected` upwards, most confident first, in the picture's pixels; no more than 300. */
  readonly findings: readonly Finding[];
}

interface InterpretOptions {
  readonly suspected: number;
  readonly placement: Placement;
  readonly picture: { readonly width: number; readonly height: number };
}

/** Converts the model's raw outputs to findings in the picture's pixels. */
export function interpret(
  outputs: Readonly<Record<string, OutputTensor>>,
  manifest: Manifest,
  options: InterpretOptions,
): Interpretation {
  const alerting = new Set(manifest.labels.filter((label) => label.alert).map((label) => label.name));
  const detections = decode(outputs, manifest).filter((detection) => alerting.has(detection.label));
  const score = detections.reduce((highest, { confidence }) => Math.max(highest, confidence), 0);
  const confident = detections.filter(
    ({ confidence, box }) => confidence >= options.suspected && box.width > 0 && box.height > 0,
  );
  const findings = nms(confident, manifest.thresholds.nmsIou, MAX_FINDINGS).map((detection) =>
    toFinding(detection, manifest, options),
  );
  return { score, findings };
}

function toFinding(
  { label, confidence, box: inputBox, mask }: Detection,
  { input }: Manifest,
  { placement, picture }: InterpretOptions,
): Finding {
  const box = toPicture(inputBox, placement, picture);
  const context = { inputBox, pictureBox: box, placement, input, picture };
  return { label, confidence, box, polygon: mask ? outlineOf(fieldOf(mask, context), picture) : null };
}

/**
 * Rejects a model whose inputs, outputs or class count differ from its manifest; runs it once, on noise, since
 * a model with built-in suppression reveals its classes only with a detection.
 */
export async function warmUp(engine: Engine, manifest: Manifest): Promise<void> {
  const { input } = manifest;
  requireNames('input', [input.name], engine.inputNames);
  requireNames('output', manifest.outputs, engine.outputNames);
  const dims = [1, input.channels, input.height, input.width];
  const outputs = await engine.run(noise(input.channels * input.height * input.width), dims);
  decode(outputs, manifest);
}

/** Reproducible noise, 0…1. */
function noise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}

function decode(outputs: Readonly<Record<string, OutputTensor>>, manifest: Manifest): readonly Detection[] {
  const ordered = manifest.outputs.map((name) => {
    const output = outputs[name];
    if (!output) throw new BonewatchError('MODEL_INVALID', `The model has no output ${name}.`);
    return output;
  });
  return DECODERS[manifest.family](ordered, manifest, MIN_CONFIDENCE);
}

function requireNames(kind: string, wanted: readonly string[], present: readonly string[]): void {
  const missing = wanted.filter((name) => !present.includes(name));
  if (missing.length > 0) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `The model has no ${kind} ${missing.join(', ')}; it has ${present.join(', ')}.`,
    );
  }
}
