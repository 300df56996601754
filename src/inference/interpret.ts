import { BonewatchError } from '../errors.ts';
import type { Engine, OutputTensor } from './engine.ts';
import type { Detection, Finding } from './finding.ts';
import { toPicture, type Placement } from './letterbox.ts';
import type { Manifest } from './manifest.ts';
import { nms } from './nms.ts';
import { decodeYoloV8 } from './yolo-v8.ts';

/** Below this nothing is a detection; keeps the list short without touching any real operating point. */
const MIN_CONFIDENCE = 0.001;

/** What one radiograph looks like to the model. */
export interface Interpretation {
  /** The highest confidence of anything the model said, before thresholds; 0 if it said nothing. */
  readonly score: number;
  /** Detections from `suspected` upwards, most confident first, in the picture's pixels. */
  readonly findings: readonly Finding[];
}

/** The model's raw outputs as findings in the picture's own pixels. */
export function interpret(
  outputs: Readonly<Record<string, OutputTensor>>,
  manifest: Manifest,
  options: {
    readonly suspected: number;
    readonly placement: Placement;
    readonly picture: { readonly width: number; readonly height: number };
  },
): Interpretation {
  const alerting = new Set(manifest.labels.filter((label) => label.alert).map((label) => label.name));
  const detections = decode(outputs, manifest).filter((detection) => alerting.has(detection.label));
  const score = detections.reduce((highest, { confidence }) => Math.max(highest, confidence), 0);
  const confident = detections.filter(({ confidence }) => confidence >= options.suspected);
  const findings = nms(confident, manifest.thresholds.nmsIou).map(({ label, confidence, box }) => ({
    label,
    confidence,
    box: toPicture(box, options.placement, options.picture),
    polygon: null,
  }));
  return { score, findings };
}

/** Refuses a model whose inputs, outputs or class count are not what its manifest says; runs it once, on black. */
export async function warmUp(engine: Engine, manifest: Manifest): Promise<void> {
  const { input } = manifest;
  requireNames('input', [input.name], engine.inputNames);
  requireNames('output', manifest.outputs, engine.outputNames);
  const dims = [1, input.channels, input.height, input.width];
  const outputs = await engine.run(new Float32Array(input.channels * input.height * input.width), dims);
  decode(outputs, manifest);
}

function decode(outputs: Readonly<Record<string, OutputTensor>>, manifest: Manifest): Detection[] {
  const [name = ''] = manifest.outputs;
  const output = outputs[name];
  if (!output) throw new BonewatchError('MODEL_INVALID', `the model has no output ${name}`);
  const labels = manifest.labels.map((label) => label.name);
  return decodeYoloV8(output, labels, MIN_CONFIDENCE);
}

function requireNames(kind: string, wanted: readonly string[], present: readonly string[]): void {
  const missing = wanted.filter((name) => !present.includes(name));
  if (missing.length > 0) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `the model has no ${kind} ${missing.join(', ')}; it has ${present.join(', ')}`,
    );
  }
}
