import type { Box } from '../../contract/box.ts';
import type { Placement } from '../../preprocess/letterbox.ts';
import type { Mask, PrototypeMask, RoiMask } from './mask.ts';

/** Values at sample centres in the picture's pixels; inside is above `level`. */
export interface Field {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Top left of the first sample's area. */
  readonly origin: readonly [x: number, y: number];
  readonly step: readonly [x: number, y: number];
  readonly level: number;
}

export interface FieldContext {
  /** The detection's box, in input pixels and in the picture's. */
  readonly inputBox: Box;
  readonly pictureBox: Box;
  readonly placement: Placement;
  readonly input: { readonly width: number; readonly height: number };
  readonly picture: { readonly width: number; readonly height: number };
}

/** Converts a mask to a field in the picture, each kind by the arithmetic of its framework. */
export function fieldOf(mask: Mask, context: FieldContext): Field {
  if (mask.kind === 'roi') return pasted(mask, context);
  const grid = mask.kind === 'grid' ? mask : combined(mask, context);
  const { placement } = context;
  const { values, width, height, level } = grid;
  return {
    ...{ values, width, height, level },
    origin: [
      (grid.origin[0] - placement.padX) / placement.scaleX,
      (grid.origin[1] - placement.padY) / placement.scaleY,
    ],
    step: [grid.step[0] / placement.scaleX, grid.step[1] / placement.scaleY],
  };
}

/**
 * Pastes a head's mask over its box as torchvision's paste_masks_in_image does: a border of zeros, the box grown by as
 * much and truncated to whole pixels, bilinear in between.
 */
function pasted({ values, width, height, level }: RoiMask, { pictureBox, picture }: FieldContext): Field {
  const grown = (start: number, length: number, samples: number): [number, number] => {
    const half = (length * (samples + 2)) / samples / 2;
    const centre = start + length / 2;
    return [Math.trunc(centre - half), Math.trunc(centre + half)];
  };
  const [left, right] = grown(pictureBox.x, pictureBox.width, width);
  const [top, bottom] = grown(pictureBox.y, pictureBox.height, height);
  const size = { width: Math.max(1, right - left + 1), height: Math.max(1, bottom - top + 1) };
  const padded = { width: width + 2, height: height + 2 };
  const from = (x: number, y: number): number => {
    const isBorder = x < 1 || y < 1 || x > width || y > height;
    return isBorder ? 0 : (values[(y - 1) * width + x - 1] ?? 0);
  };
  const cut = {
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.min(picture.width, right + 1),
    bottom: Math.min(picture.height, bottom + 1),
  };
  const field = sampled(from, padded, {
    ...{ left: cut.left, top: cut.top },
    ...{ width: Math.max(0, cut.right - cut.left), height: Math.max(0, cut.bottom - cut.top) },
    toSourceX: (x) => ((x - left + 0.5) * padded.width) / size.width - 0.5,
    toSourceY: (y) => ((y - top + 0.5) * padded.height) / size.height - 0.5,
  });
  return { ...field, level, origin: [cut.left, cut.top], step: [1, 1] };
}

/** The sum of the prototypes over the box, bilinear at every input pixel; samples outside the box are 0. */
function combined(
  { coefficients, prototypes, width, height, level }: PrototypeMask,
  { inputBox, input }: FieldContext,
): Field {
  const plane = width * height;
  const logits = new Float32Array(plane);
  for (const [map, coefficient] of coefficients.entries()) {
    for (let sample = 0; sample < plane; sample += 1) {
      logits[sample] = (logits[sample] ?? 0) + coefficient * (prototypes[map * plane + sample] ?? 0);
    }
  }
  const left = Math.max(0, Math.ceil(inputBox.x));
  const top = Math.max(0, Math.ceil(inputBox.y));
  const right = Math.min(input.width, Math.ceil(inputBox.x + inputBox.width));
  const bottom = Math.min(input.height, Math.ceil(inputBox.y + inputBox.height));
  const field = sampled(
    (x, y) => logits[y * width + x] ?? 0,
    { width, height },
    {
      left,
      top,
      width: Math.max(0, right - left),
      height: Math.max(0, bottom - top),
      toSourceX: (x) => ((x + 0.5) * width) / input.width - 0.5,
      toSourceY: (y) => ((y + 0.5) * height) / input.height - 0.5,
    },
  );
  return { ...field, level, origin: [left, top], step: [1, 1] };
}

interface Target {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Position of a target column or row between the centres of the source samples. */
  readonly toSourceX: (x: number) => number;
  readonly toSourceY: (y: number) => number;
}

/** Bilinear samples, pixel centres aligned, edges repeated. */
function sampled(
  from: (x: number, y: number) => number,
  source: { readonly width: number; readonly height: number },
  { left, top, width, height, toSourceX, toSourceY }: Target,
): Pick<Field, 'values' | 'width' | 'height'> {
  const columns = Array.from({ length: width }, (_, x) => tapsAt(toSourceX(x + left), source.width));
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = tapsAt(toSourceY(y + top), source.height);
    for (const [x, column] of columns.entries()) {
      const above = mix(from(column.first, row.first), from(column.second, row.first), column.share);
      const below = mix(from(column.first, row.second), from(column.second, row.second), column.share);
      values[y * width + x] = mix(above, below, row.share);
    }
  }
  return { values, width, height };
}

/** The two samples around a position, and the share of the second. */
interface Taps {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

function tapsAt(place: number, size: number): Taps {
  const at = Math.min(Math.max(place, 0), size - 1);
  const first = Math.floor(at);
  return { first, second: Math.min(first + 1, size - 1), share: at - first };
}

function mix(a: number, b: number, share: number): number {
  return a * (1 - share) + b * share;
}
