import type { Picture } from './picture.ts';

/** The position of the picture on the screen: the screen pixel of its corner, and screen pixels per pixel. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/**
 * Paints only the visible part of a picture: interpolated between four neighbours where it is enlarged, from the
 * matching step of its pyramid where it is reduced. The cost depends on the screen, not on the size of the picture.
 */
export function paintPicture(
  target: { readonly width: number; readonly height: number; readonly pixels: Uint32Array },
  picture: Picture,
  { placement, greys }: { readonly placement: Placement; readonly greys: Uint32Array },
): void {
  const { width, height, pixels } = target;
  const step = stepFor(picture, placement.scale);
  if (step === undefined) return;
  const black = greys.length > 0 ? 0xff000000 : 0;
  const perPixel = 1 / (placement.scale * step.shrink);
  const columns = sampleAxis(width, { start: placement.x, perPixel, length: step.width });
  const rows = sampleAxis(height, { start: placement.y, perPixel, length: step.height });
  const { samples } = step;
  for (let y = 0; y < height; y += 1) {
    const line = pixels.subarray(y * width, (y + 1) * width);
    const row = rows.samples[y] ?? OUTSIDE;
    if (row === OUTSIDE) {
      line.fill(black);
      continue;
    }
    const top = row * step.width;
    const bottom = row < step.height - 1 ? top + step.width : top;
    paintLine(line, columns, { samples, top, bottom, weight: rows.weights[y] ?? 0, greys, black });
  }
}

interface SourceRows {
  readonly samples: Uint16Array;
  /** Where the upper and the lower row start in the samples. */
  readonly top: number;
  readonly bottom: number;
  /** Of the lower row, 0…255. */
  readonly weight: number;
  readonly greys: Uint32Array;
  readonly black: number;
}

function paintLine(line: Uint32Array, columns: Axis, source: SourceRows): void {
  const { samples, top, bottom, weight, greys, black } = source;
  for (let x = 0; x < line.length; x += 1) {
    const column = columns.samples[x] ?? OUTSIDE;
    if (column === OUTSIDE) {
      line[x] = black;
      continue;
    }
    const right = columns.weights[x] ?? 0;
    const a = samples[top + column] ?? 0;
    const c = samples[bottom + column] ?? 0;
    const upper = a + ((((samples[top + column + 1] ?? 0) - a) * right) >> 8);
    const lower = c + ((((samples[bottom + column + 1] ?? 0) - c) * right) >> 8);
    line[x] = greys[upper + (((lower - upper) * weight) >> 8)] ?? 0;
  }
}

const OUTSIDE = -1;

/** Which samples each screen pixel of a row or a column lies between. */
interface Axis {
  /** The sample before the pixel's centre; `OUTSIDE` off the picture. */
  readonly samples: Int32Array;
  /** Of the sample after it, 0…255. */
  readonly weights: Int32Array;
}

function sampleAxis(
  pixels: number,
  { start, perPixel, length }: { readonly start: number; readonly perPixel: number; readonly length: number },
): Axis {
  const samples = new Int32Array(pixels);
  const weights = new Int32Array(pixels);
  const last = length - 1;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const at = (pixel + 0.5 - start) * perPixel - 0.5;
    const isInside = at > -0.5 && at < last + 0.5;
    const clamped = Math.min(Math.max(at, 0), Math.max(0, last - 0.0039));
    samples[pixel] = isInside ? Math.floor(clamped) : OUTSIDE;
    weights[pixel] = (clamped - Math.floor(clamped)) * 256;
  }
  return { samples, weights };
}

/** The coarsest step that is still as fine as the screen. */
function stepFor({ steps }: Picture, scale: number): Picture['steps'][number] | undefined {
  return steps.findLast(({ shrink }) => shrink * scale <= 1.001) ?? steps[0];
}

/** The placement that shows the whole picture in the middle of a screen. */
export function fitted(
  picture: { readonly width: number; readonly height: number },
  screen: { readonly width: number; readonly height: number },
): Placement {
  const scale = Math.min(screen.width / picture.width, screen.height / picture.height);
  return {
    scale,
    x: (screen.width - picture.width * scale) / 2,
    y: (screen.height - picture.height * scale) / 2,
  };
}

/** A placement enlarged around a point of the screen; the pixel at that point stays in place. */
export function enlarged(
  { x, y, scale }: Placement,
  factor: number,
  at: { readonly x: number; readonly y: number },
): Placement {
  const next = Math.min(Math.max(scale * factor, 0.02), 16);
  const by = next / scale;
  return { scale: next, x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by };
}
