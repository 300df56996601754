import type { Picture } from './picture.ts';

/** Where the picture lies on the screen: the screen pixel of its corner, and screen pixels per pixel. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/**
 * Paints the part of a picture that is seen, and only that: between four neighbours where it is enlarged, from the step
 * of its pyramid that fits where it is made smaller. Takes as long as the screen has pixels, however large the picture.
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
  const columns = new Int32Array(width);
  const parts = new Int32Array(width);
  const lastColumn = step.width - 1;
  for (let x = 0; x < width; x += 1) {
    const at = (x + 0.5 - placement.x) * perPixel - 0.5;
    const isInside = at > -0.5 && at < lastColumn + 0.5;
    const clamped = Math.min(Math.max(at, 0), Math.max(0, lastColumn - 0.0039));
    columns[x] = isInside ? Math.floor(clamped) : -1;
    parts[x] = (clamped - Math.floor(clamped)) * 256;
  }
  const lastRow = step.height - 1;
  const { samples } = step;
  for (let y = 0, to = 0; y < height; y += 1) {
    const at = (y + 0.5 - placement.y) * perPixel - 0.5;
    if (at <= -0.5 || at >= lastRow + 0.5) {
      pixels.fill(black, to, to + width);
      to += width;
      continue;
    }
    const clamped = Math.min(Math.max(at, 0), Math.max(0, lastRow - 0.0039));
    const row = Math.floor(clamped);
    const down = ((clamped - row) * 256) | 0;
    const top = row * step.width;
    const bottom = row < lastRow ? top + step.width : top;
    for (let x = 0; x < width; x += 1, to += 1) {
      const column = columns[x] ?? 0;
      if (column < 0) {
        pixels[to] = black;
        continue;
      }
      const right = parts[x] ?? 0;
      const a = samples[top + column] ?? 0;
      const c = samples[bottom + column] ?? 0;
      const upper = a + ((((samples[top + column + 1] ?? 0) - a) * right) >> 8);
      const lower = c + ((((samples[bottom + column + 1] ?? 0) - c) * right) >> 8);
      pixels[to] = greys[upper + (((lower - upper) * down) >> 8)] ?? 0;
    }
  }
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

/** A placement enlarged around a point of the screen, which keeps showing what it shows. */
export function enlarged(
  { x, y, scale }: Placement,
  factor: number,
  at: { readonly x: number; readonly y: number },
): Placement {
  const next = Math.min(Math.max(scale * factor, 0.02), 16);
  const by = next / scale;
  return { scale: next, x: at.x - (at.x - x) * by, y: at.y - (at.y - y) * by };
}
