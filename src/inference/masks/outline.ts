import type { Polygon } from '../../contract/finding.ts';
import type { Field } from './mask-field.ts';
import { regionsOf, type Region } from './regions.ts';
import { simplify } from './simplify.ts';

/** Tolerance of a simplified outline, as a share of the square root of its area. */
const TOLERANCE = 0.004;

/**
 * The outer outline of a field's largest region, in the picture's pixels and within it: where the values, linear
 * between samples, cross the level. Null where no value is above it.
 */
export function outlineOf(
  field: Field,
  picture: { readonly width: number; readonly height: number },
): Polygon | null {
  const [largest] = regionsOf(field, field.level).toSorted((a, b) => b.area - a.area);
  if (!largest) return null;
  const [stepX, stepY] = field.step;
  const points = contourOf(largest, field).map(([x, y]): [number, number] => [
    clamp(field.origin[0] + (x + 0.5) * stepX, picture.width),
    clamp(field.origin[1] + (y + 0.5) * stepY, picture.height),
  ]);
  const tolerance = TOLERANCE * Math.sqrt(largest.area * stepX * stepY);
  return simplify(points, tolerance).map(([x, y]) => [hundredths(x), hundredths(y)]);
}

/** Directions of a step between samples: right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * The crossings around a region, clockwise from its first sample, in samples. Steps from one pair of neighbours, one
 * inside and one outside, to the next; diagonal neighbours are connected.
 */
function contourOf(region: Region, { values, width, height, level }: Field): [number, number][] {
  const inside = new Set(region.samples);
  const isInside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && inside.has(y * width + x);
  const valueAt = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? -Infinity : (values[y * width + x] ?? 0);
  const crossing = (x: number, y: number, facing: number): [number, number] => {
    const [dx, dy] = STEPS[facing] ?? [0, 0];
    const [within, beyond] = [valueAt(x, y), valueAt(x + dx, y + dy)];
    // Beyond the field no value is known: the region ends with the area of its last sample.
    const share = beyond === -Infinity ? 0.5 : Math.min(1, Math.max(0, (within - level) / (within - beyond)));
    return [x + dx * share, y + dy * share];
  };

  const [start = 0] = region.samples;
  let [x, y, facing] = [start % width, Math.floor(start / width), 3];
  const first = [x, y, facing].join();
  const points: [number, number][] = [];
  do {
    points.push(crossing(x, y, facing));
    const [aheadX, aheadY] = STEPS[(facing + 1) % 4] ?? [0, 0];
    const [outX, outY] = STEPS[facing] ?? [0, 0];
    if (isInside(x + aheadX + outX, y + aheadY + outY)) {
      [x, y, facing] = [x + aheadX + outX, y + aheadY + outY, (facing + 3) % 4];
    } else if (isInside(x + aheadX, y + aheadY)) {
      [x, y] = [x + aheadX, y + aheadY];
    } else {
      facing = (facing + 1) % 4;
    }
  } while ([x, y, facing].join() !== first);
  return points;
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
