import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import { classCount, classReading, confidencesOf, type ClassReading } from './confidences.ts';
import { cornersAt, labelAt, shapeMismatch } from './read-outputs.ts';

/** torchvision numbers its labels from 1; 0 is the background. */
const READING: ClassReading = { activation: 'none', background: 'first' };

/**
 * Detections of torchvision's R-CNN, SSD and RetinaNet exports. With suppression inside the graph the outputs are
 * boxes [n, 4] (two corners), labels [n], scores [n], and for instance segmentation masks [n, 1, h, w], either of the
 * input's size or of the head's, which are then stretched over their box as torchvision does. Otherwise: boxes
 * [n, 4], or one per class, and scores [n, classes]. Confidences below `minConfidence` are omitted.
 * Throws MODEL_INVALID when shapes or labels do not fit the manifest.
 */
export function decodeTorchvision(
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
): Detection[] {
  const isSegmentation = manifest.family === 'torchvision-instance-segmentation';
  if (!isSegmentation && outputs.length === 2) return decodeUnsuppressed(outputs, manifest, minConfidence);
  const [boxes, labels, scores, masks] = outputs;
  const count = boxes ? boxes.values.length / 4 : 0;
  const fits = boxes?.dims.at(-1) === 4 && labels?.values.length === count && scores?.values.length === count;
  if (!fits || outputs.length !== (isSegmentation ? 4 : 3)) {
    throw shapeMismatch(
      outputs,
      manifest,
      `boxes [n, 4], labels [n], scores [n]${isSegmentation ? ', masks' : ''}`,
    );
  }
  const firstLabel = classReading(manifest, READING).background === 'first' ? 1 : 0;
  const detections: Detection[] = [];
  for (let index = 0; index < count; index += 1) {
    const confidence = scores.values[index] ?? 0;
    if (!(confidence >= minConfidence)) continue;
    const label = labelAt((labels.values[index] ?? 0) - firstLabel, manifest);
    const box = cornersAt(boxes.values, index * 4);
    detections.push({ label, confidence, box, ...(masks ? { mask: maskAt(masks, index, manifest) } : {}) });
  }
  return detections;
}

function maskAt(masks: OutputTensor, index: number, manifest: Manifest): NonNullable<Detection['mask']> {
  const [width = 0, height = 0] = [masks.dims.at(-1), masks.dims.at(-2)];
  const values = masks.values.slice(index * width * height, (index + 1) * width * height);
  if (values.length === 0 || values.length !== width * height) {
    throw shapeMismatch([masks], manifest, 'masks [n, 1, height, width]');
  }
  const level = manifest.decoding.maskThreshold;
  const isWhole = width === manifest.input.width && height === manifest.input.height;
  if (!isWhole) return { kind: 'roi', values, width, height, level };
  return { kind: 'grid', values, width, height, level, origin: [0, 0], step: [1, 1] };
}

function decodeUnsuppressed(
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
): Detection[] {
  const { labels } = manifest;
  const reading = classReading(manifest, READING);
  const classes = classCount(labels.length, reading);
  const [boxes, scores] = outputs;
  const count = (scores?.values.length ?? 0) / classes;
  const perBox = (boxes?.values.length ?? 0) / count / 4;
  if (!boxes || scores?.dims.at(-1) !== classes || (perBox !== 1 && perBox !== classes)) {
    throw shapeMismatch(outputs, manifest, `boxes [n, 4] or [n, ${classes}, 4], scores [n, ${classes}]`);
  }
  const first = reading.background === 'first' ? 1 : 0;
  const detections: Detection[] = [];
  for (let row = 0; row < count; row += 1) {
    const confidences = confidencesOf(scores.values.subarray(row * classes, (row + 1) * classes), reading);
    for (const [index, { name }] of labels.entries()) {
      const confidence = confidences[index] ?? 0;
      if (!(confidence >= minConfidence)) continue;
      const at = perBox === 1 ? row * 4 : (row * classes + index + first) * 4;
      detections.push({ label: name, confidence, box: cornersAt(boxes.values, at) });
    }
  }
  return detections;
}
