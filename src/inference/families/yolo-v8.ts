import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import type { PrototypeMask } from '../masks/mask.ts';
import { shapeMismatch } from './read-outputs.ts';

/**
 * Detections of a YOLOv8-style head (v8, v9, v11): one output of shape [1, 4 + labels, cells], rows cx, cy, w, h in
 * input pixels, then one confidence (already sigmoid) per label. For segmentation the rows continue with one coefficient
 * per prototype, and a second output [1, prototypes, h, w] holds those. Cells below `minConfidence` are omitted.
 * Throws MODEL_INVALID when the shape does not fit the labels.
 */
export function decodeYoloV8(
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
): Detection[] {
  const labels = manifest.labels.map((label) => label.name);
  const [output, prototypes] = outputs;
  const maps = prototypes?.dims[1] ?? 0;
  const wanted = 4 + labels.length + maps;
  const [batch, rows, cells = 0] = output?.dims ?? [];
  if (!output || outputs.length > 2 || batch !== 1 || rows !== wanted || output.dims.length !== 3) {
    throw shapeMismatch(
      outputs,
      manifest,
      `[1, ${wanted}, cells]${prototypes ? ', prototypes [1, n, h, w]' : ''}`,
    );
  }
  if (prototypes && prototypes.dims.length !== 4)
    throw shapeMismatch(outputs, manifest, 'prototypes [1, n, h, w]');
  const at = (row: number, cell: number): number => output.values[row * cells + cell] ?? 0;
  const detections: Detection[] = [];
  labels.forEach((label, index) => {
    for (let cell = 0; cell < cells; cell += 1) {
      const confidence = at(4 + index, cell);
      if (!(confidence >= minConfidence)) continue;
      const [width, height] = [at(2, cell), at(3, cell)];
      const box = { x: at(0, cell) - width / 2, y: at(1, cell) - height / 2, width, height };
      if (!prototypes) {
        detections.push({ label, confidence, box });
        continue;
      }
      const coefficients = Float32Array.from({ length: maps }, (_, map) => at(4 + labels.length + map, cell));
      detections.push({ label, confidence, box, mask: maskOf(coefficients, prototypes) });
    }
  });
  return detections;
}

function maskOf(coefficients: Float32Array, { values, dims }: OutputTensor): PrototypeMask {
  const [, , height = 0, width = 0] = dims;
  return { kind: 'prototypes', coefficients, prototypes: values, width, height, level: 0 };
}
