import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import { cornersAt, labelAt, shapeMismatch } from './read-outputs.ts';

/** Whether the outputs come from a YOLO export with built-in suppression of overlaps. */
export function isEndToEnd(outputs: readonly OutputTensor[]): boolean {
  const [first] = outputs;
  return outputs.length === 4 || (outputs.length === 1 && first?.dims.length === 2 && first.dims[1] === 7);
}

/**
 * Detections of a YOLO export with built-in suppression of overlaps, in any of its three forms: [1, n, 6] with two
 * corners, score and class (YOLOv10 and later); [n, 7] with image number, two corners, class and score (YOLOv7 for
 * ONNX Runtime); or count, boxes, scores and classes (EfficientNMS). Throws MODEL_INVALID for anything else.
 */
export function decodeEndToEnd(
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
): Detection[] {
  const detections: Detection[] = [];
  for (const { values, at, confidence, label } of rowsOf(outputs, manifest)) {
    if (!(confidence >= minConfidence)) continue;
    detections.push({ label: labelAt(label, manifest), confidence, box: cornersAt(values, at) });
  }
  return detections;
}

interface Row {
  readonly values: Float32Array;
  /** Index of its first corner value. */
  readonly at: number;
  readonly confidence: number;
  readonly label: number;
}

function rowsOf(outputs: readonly OutputTensor[], manifest: Manifest): readonly Row[] {
  const [first, boxes, scores, labels] = outputs;
  if (first && outputs.length === 1) {
    const { values, dims } = first;
    const columns = dims.at(-1);
    const count = values.length / (columns ?? 1);
    if (columns === 6)
      return rows(count, (row) => [values, row * 6, values[row * 6 + 4], values[row * 6 + 5]]);
    if (columns === 7)
      return rows(count, (row) => [values, row * 7 + 1, values[row * 7 + 6], values[row * 7 + 5]]);
  }
  if (first && boxes?.dims.at(-1) === 4 && scores && labels?.values.length === scores.values.length) {
    const count = Math.min(first.values[0] ?? 0, scores.values.length);
    return rows(count, (row) => [boxes.values, row * 4, scores.values[row], labels.values[row]]);
  }
  throw shapeMismatch(outputs, manifest, '[1, n, 6], [n, 7], or count, boxes, scores and classes');
}

function rows(
  count: number,
  at: (row: number) => [Float32Array, number, number | undefined, number | undefined],
): readonly Row[] {
  return Array.from({ length: count }, (_, row) => {
    const [values, start, confidence = 0, label = -1] = at(row);
    return { values, at: start, confidence, label };
  });
}
