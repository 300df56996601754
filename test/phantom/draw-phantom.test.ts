import { describe, expect, it } from 'vitest';
import type { Box } from '../../src/contract/box.ts';
import {
  drawPhantom,
  PHANTOM_KINDS,
  PHANTOM_SIZES,
  type PhantomKind,
} from '../../src/phantom/draw-phantom.ts';

const SMALL: Readonly<Record<PhantomKind, { width: number; height: number }>> = {
  forearm: { width: 500, height: 700 },
  hand: { width: 500, height: 700 },
  hip: { width: 650, height: 545 },
};

function aPhantom(kind: PhantomKind, isFractured: boolean, seed: number) {
  return drawPhantom({ kind, isFractured, seed, ...SMALL[kind] });
}

function distanceTo(box: Box, x: number, y: number): number {
  const across = Math.max(box.x - x, x - box.x - box.width, 0);
  const down = Math.max(box.y - y, y - box.y - box.height, 0);
  return Math.hypot(across, down);
}

describe.each(PHANTOM_KINDS)('a drawn %s', (kind) => {
  it('has identical pixels every time it is drawn', () => {
    const once = aPhantom(kind, true, 7);
    const again = aPhantom(kind, true, 7);

    expect(again).toEqual(once);
  });

  it('shows another anatomy for another seed', () => {
    const one = aPhantom(kind, false, 7);
    const other = aPhantom(kind, false, 8);

    expect(other.pixels).not.toEqual(one.pixels);
  });

  it('has the default size of its kind and uses the full twelve-bit range without exceeding it', () => {
    const phantom = drawPhantom({ kind, isFractured: false, seed: 1 });
    const levels = phantom.pixels.toSorted();

    expect(phantom).toMatchObject(PHANTOM_SIZES[kind]);
    expect(phantom.pixels).toHaveLength(phantom.width * phantom.height);
    expect(levels.at(-1)).toBeLessThanOrEqual(4095);
    expect(levels.at(Math.floor(levels.length * 0.995))).toBeGreaterThan(1800);
    expect(levels.at(Math.floor(levels.length * 0.02))).toBeLessThan(800);
  });

  it('differs from its intact twin around the fracture only', () => {
    for (const seed of [3, 4, 5]) {
      const fractured = aPhantom(kind, true, seed);
      const intact = aPhantom(kind, false, seed);
      const [box] = fractured.boxes;
      if (box === undefined) throw new Error('a fractured phantom has a box');

      let inside = 0;
      for (const [index, value] of fractured.pixels.entries()) {
        if (value === intact.pixels[index]) continue;
        const distance = distanceTo(box, index % fractured.width, Math.floor(index / fractured.width));
        expect(distance).toBeLessThan(Math.max(box.width, box.height));
        if (distance === 0) inside += 1;
      }

      expect(inside).toBeGreaterThan(0.08 * box.width * box.height);
    }
  });

  it('has a fracture box inside the image, neither tiny nor half the picture', () => {
    for (let seed = 20; seed < 32; seed += 1) {
      const { boxes, width, height } = aPhantom(kind, true, seed);
      const longSide = Math.max(width, height);

      expect(boxes).toHaveLength(1);
      for (const box of boxes) {
        expect(Object.values(box).every(Number.isInteger)).toBe(true);
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(height);
        expect(Math.max(box.width, box.height) / longSide).toBeGreaterThan(0.025);
        expect(Math.max(box.width, box.height) / longSide).toBeLessThan(0.3);
      }
    }
  });

  it('has no boxes when it is intact', () => {
    expect(aPhantom(kind, false, 9).boxes).toEqual([]);
  });

  it('shows the left side for some seeds and the right side for others', () => {
    const sides = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) =>
      drawPhantom({ kind, isFractured: false, seed, width: 60, height: 60 }),
    );

    expect(new Set(sides.map((phantom) => phantom.laterality))).toEqual(new Set(['L', 'R']));
  });
});
