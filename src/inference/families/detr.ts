import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import { classCount, classReading, confidencesOf } from './confidences.ts';
import { shapeMismatch } from './read-outputs.ts';

/**
 * Detections of the transformer families (DETR, RT-DETR, D-FINE, RF-DETR): class values [1, queries, labels] and boxes
 * [1, queries, 4], cx, cy, w, h as shares of the input. The class values are logits, by default one sigmoid per label;
 * with softmax the last is "no object". Throws MODEL_INVALID when shapes do not fit the labels.
 */
export function decodeDetr(
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
): Detection[] {
  const { labels, input, decoding } = manifest;
  const isSoftmax = decoding.activation === 'softmax';
  const reading = classReading(manifest, { activation: 'sigmoid', background: isSoftmax ? 'last' : 'none' });
  const classes = classCount(labels.length, reading);
  const [logits, boxes] = outputs;
  const queries = (logits?.values.length ?? 0) / classes;
  const fits =
    outputs.length === 2 && logits?.dims.at(-1) === classes && boxes?.values.length === queries * 4;
  if (!fits) throw shapeMismatch(outputs, manifest, `logits [1, n, ${classes}], boxes [1, n, 4]`);
  const isNormalised = decoding.boxUnits !== 'pixels';
  const [unitX, unitY] = isNormalised ? [input.width, input.height] : [1, 1];
  const detections: Detection[] = [];
  for (let query = 0; query < queries; query += 1) {
    const confidences = confidencesOf(
      logits.values.subarray(query * classes, (query + 1) * classes),
      reading,
    );
    const [cx = 0, cy = 0, w = 0, h = 0] = boxes.values.subarray(query * 4, query * 4 + 4);
    const box = { x: (cx - w / 2) * unitX, y: (cy - h / 2) * unitY, width: w * unitX, height: h * unitY };
    for (const [index, { name }] of labels.entries()) {
      const confidence = confidences[index] ?? 0;
      if (confidence >= minConfidence) detections.push({ label: name, confidence, box });
    }
  }
  return detections;
}
