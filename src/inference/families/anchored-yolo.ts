import { BonewatchError } from '../../contract/errors.ts';
import type { OutputTensor } from '../engine.ts';
import type { Detection } from '../detection.ts';
import type { Manifest } from '../models/manifest.ts';
import { sigmoid } from './confidences.ts';
import { decodeEndToEnd, isEndToEnd } from './end-to-end.ts';
import { shapeMismatch } from './read-outputs.ts';

/**
 * Detections of the YOLO generations with anchors (v5, v7). Decoded by the graph: one output [1, n, 5 + labels] with
 * cx, cy, w, h in input pixels, objectness and class values, already sigmoid. Raw: one output per stride,
 * [1, anchors, h, w, 5 + labels] or [1, anchors · (5 + labels), h, w], read with the strides and anchors of the manifest.
 * End to end: see `decodeEndToEnd`. The confidence is objectness × class value; YOLOv7 does not train the class value
 * of a single class, so there it is the objectness alone. Throws MODEL_INVALID when shapes do not fit the manifest.
 */
export function decodeAnchoredYolo(
  outputs: readonly OutputTensor[],
  manifest: Manifest,
  minConfidence: number,
): Detection[] {
  if (isEndToEnd(outputs)) return decodeEndToEnd(outputs, manifest, minConfidence);
  const columns = 5 + manifest.labels.length;
  const [first] = outputs;
  if (first?.dims.length === 3) {
    if (outputs.length !== 1 || first.dims[2] !== columns)
      throw shapeMismatch(outputs, manifest, `[1, n, ${columns}]`);
    const detections: Detection[] = [];
    for (let at = 0; at < first.values.length; at += columns) {
      const [x = 0, y = 0, width = 0, height = 0] = first.values.subarray(at, at + 4);
      const cell = { x, y, width, height, valueAt: (index: number) => first.values[at + index] ?? 0 };
      addCell(detections, cell, { manifest, minConfidence });
    }
    return detections;
  }
  return outputs.flatMap((output, index) => decodeRaw(output, index, { manifest, minConfidence, outputs }));
}

interface Cell {
  /** Centre of the box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** 4: objectness; from 5 on: classes; already sigmoid. */
  readonly valueAt: (index: number) => number;
}

function addCell(
  detections: Detection[],
  { x, y, width, height, valueAt }: Cell,
  { manifest, minConfidence }: { manifest: Manifest; minConfidence: number },
): void {
  const objectness = valueAt(4);
  if (!(objectness >= minConfidence)) return;
  const isUntrained = manifest.family === 'yolo-v7' && manifest.labels.length === 1;
  for (const [index, { name }] of manifest.labels.entries()) {
    const confidence = isUntrained ? objectness : objectness * valueAt(5 + index);
    if (!(confidence >= minConfidence)) continue;
    const box = { x: x - width / 2, y: y - height / 2, width, height };
    detections.push({ label: name, confidence, box });
  }
}

interface RawContext {
  readonly manifest: Manifest;
  readonly minConfidence: number;
  readonly outputs: readonly OutputTensor[];
}

function decodeRaw(output: OutputTensor, index: number, context: RawContext): Detection[] {
  const { stride, sizes, columns, width, plane, isSplit } = rawHead(output, index, context);
  const detections: Detection[] = [];
  for (const [anchor, [anchorWidth, anchorHeight]] of sizes.entries()) {
    for (let cell = 0; cell < plane; cell += 1) {
      const at = (column: number): number =>
        sigmoid(
          output.values[
            isSplit ? (anchor * plane + cell) * columns + column : (anchor * columns + column) * plane + cell
          ] ?? 0,
        );
      if (!(at(4) >= context.minConfidence)) continue;
      const box = {
        x: (at(0) * 2 - 0.5 + (cell % width)) * stride,
        y: (at(1) * 2 - 0.5 + Math.floor(cell / width)) * stride,
        width: (at(2) * 2) ** 2 * anchorWidth,
        height: (at(3) * 2) ** 2 * anchorHeight,
      };
      addCell(detections, { ...box, valueAt: at }, context);
    }
  }
  return detections;
}

interface RawHead {
  readonly stride: number;
  readonly sizes: Manifest['decoding']['anchors'][number];
  readonly columns: number;
  /** Cells in a row, and in the whole grid. */
  readonly width: number;
  readonly plane: number;
  /** Whether the values of a cell are a separate dimension. */
  readonly isSplit: boolean;
}

/** The layout of one raw output. Throws MODEL_INVALID when its shape does not fit the manifest. */
function rawHead(output: OutputTensor, index: number, { manifest, outputs }: RawContext): RawHead {
  const { strides, anchors } = manifest.decoding;
  const [stride, sizes] = [strides[index], anchors[index]];
  if (stride === undefined || sizes === undefined || strides.length !== outputs.length) {
    throw new BonewatchError(
      'MODEL_INVALID',
      `A raw ${manifest.family} head has ${outputs.length} output(s) and needs as many decoding.strides and decoding.anchors.`,
    );
  }
  const columns = 5 + manifest.labels.length;
  const [height, width] = [manifest.input.height / stride, manifest.input.width / stride];
  const isSplit = output.dims.length === 5;
  const expected = isSplit
    ? `${sizes.length},${height},${width},${columns}`
    : `${sizes.length * columns},${height},${width}`;
  if (output.dims.slice(1).join() !== expected) throw shapeMismatch(outputs, manifest, `[1,${expected}]`);
  return { stride, sizes, columns, width, plane: height * width, isSplit };
}
