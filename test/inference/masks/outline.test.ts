import { describe, expect, it } from 'vitest';
import type { Polygon } from '../../../src/contract/finding.ts';
import type { Field } from '../../../src/inference/masks/mask-field.ts';
import { outlineOf } from '../../../src/inference/masks/outline.ts';
import { simplify } from '../../../src/inference/masks/simplify.ts';

const picture = { width: 100, height: 100 };

describe('the outline of a mask', () => {
  it('the outline follows the level between the pixels, not their edges', () => {
    // A disc of radius 20 around 50, 50 with a soft edge.
    const disc = aField((x, y) => 1 / (1 + Math.exp(Math.hypot(x - 50, y - 50) - 20)));

    const outline = outlineOf(disc, picture)!;

    expect(areaOf(outline) / (Math.PI * 400)).toBeGreaterThan(0.99);
    for (const [x, y] of outline) expect(Math.hypot(x - 50, y - 50)).toBeCloseTo(20, 0);
    expect(outline.length).toBeLessThan(60);
  });

  it('the outline ends at the edge of the picture', () => {
    const half = aField((x) => (x < 30 ? 1 : 0));

    const outline = outlineOf(half, picture)!;

    expect(Math.min(...outline.map(([x]) => x))).toBe(0);
    expect(Math.max(...outline.map(([, y]) => y))).toBe(100);
    expect(areaOf(outline)).toBeCloseTo(3000, -1);
  });

  it('the outline is that of the largest part', () => {
    const two = aField((x, y) => ((x < 10 && y < 10) || (x > 50 && x < 80 && y > 50 && y < 80) ? 1 : 0));

    const outline = outlineOf(two, picture)!;

    expect(Math.min(...outline.map(([x]) => x))).toBeGreaterThan(49);
  });

  it('an empty mask has no outline', () => {
    expect(
      outlineOf(
        aField(() => 0.4),
        picture,
      ),
    ).toBeNull();
  });

  it('pixels that touch only at a corner have one outline', () => {
    const steps = aField((x, y) => (Math.floor(x / 10) === Math.floor(y / 10) && x < 50 ? 1 : 0));

    expect(Math.max(...outlineOf(steps, picture)!.map(([x]) => x))).toBeGreaterThan(45);
  });
});

it('a straight line is simplified to its end points', () => {
  const square = Array.from({ length: 40 }, (_, index): [number, number] => {
    const [side, at] = [Math.floor(index / 10), index % 10];
    return [
      [at, 0],
      [10, at],
      [10 - at, 10],
      [0, 10 - at],
    ][side] as [number, number];
  });

  expect(simplify(square, 0.1)).toEqual([
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ]);
});

function aField(valueAt: (x: number, y: number) => number): Field {
  const values = Float32Array.from({ length: 100 * 100 }, (_, index) =>
    valueAt((index % 100) + 0.5, Math.floor(index / 100) + 0.5),
  );
  return { values, width: 100, height: 100, origin: [0, 0], step: [1, 1], level: 0.5 };
}

function areaOf(polygon: Polygon): number {
  const twice = polygon.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}
