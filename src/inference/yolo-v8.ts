import { BonewatchError } from '../errors.ts';
import type { OutputTensor } from './engine.ts';
import type { Detection } from './finding.ts';

/**
 * Detections of a YOLOv8-style head: one output of shape [1, 4 + labels, cells], rows cx, cy, w, h in input pixels,
 * then one confidence (already sigmoid) per label. Cells below `minConfidence` are left out.
 * Throws MODEL_INVALID when the shape does not fit the labels.
 */
export function decodeYoloV8(
  output: OutputTensor,
  labels: readonly string[],
  minConfidence: number,
): Detection[] {
  const [batch, rows, cells = 0] = output.dims;
  if (batch !== 1 || rows !== 4 + labels.length || output.dims.length !== 3) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `output has shape [${output.dims.join(', ')}], expected [1, ${String(4 + labels.length)}, cells] for ${String(labels.length)} label(s)`,
    );
  }
  const at = (row: number, cell: number): number => output.values[row * cells + cell] ?? 0;
  const detections: Detection[] = [];
  labels.forEach((label, index) => {
    for (let cell = 0; cell < cells; cell += 1) {
      const confidence = at(4 + index, cell);
      if (!(confidence >= minConfidence)) continue;
      const [width, height] = [at(2, cell), at(3, cell)];
      const box = { x: at(0, cell) - width / 2, y: at(1, cell) - height / 2, width, height };
      detections.push({ label, confidence, box });
    }
  });
  return detections;
}
