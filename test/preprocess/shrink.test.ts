import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greyLineOf } from '../../src/preprocess/grey-line.ts';
import { pixelSharesOf } from '../../src/preprocess/pixel-shares.ts';
import { shrink, shrinkByTable } from '../../src/preprocess/shrink.ts';

interface Case {
  readonly width: number;
  readonly height: number;
  readonly to: { readonly width: number; readonly height: number };
  readonly samples: Uint8Array | Uint16Array;
  readonly levels: Uint16Array;
}

/** A window over samples of `bits`, signed or not, MONOCHROME1 or 2. */
const window = fc.record({
  bits: fc.integer({ min: 8, max: 16 }),
  isSigned: fc.boolean(),
  isInverted: fc.boolean(),
  center: fc.double({ min: 0, max: 1, noNaN: true }),
  width: fc.double({ min: 0.02, max: 1.5, noNaN: true }),
});

function levelsOf({
  bits,
  isSigned,
  isInverted,
  center,
  width,
}: typeof window extends fc.Arbitrary<infer W> ? W : never) {
  const patterns = 2 ** bits;
  return Uint16Array.from({ length: patterns }, (_, pattern) => {
    const value = isSigned ? (pattern + patterns / 2) % patterns : pattern;
    const unit = Math.min(Math.max((value / patterns - center) / width + 0.5, 0), 1);
    return Math.round((isInverted ? 1 - unit : unit) * 65535);
  });
}

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 70 }),
    height: fc.integer({ min: 1, max: 70 }),
    targets: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    seed: fc.integer(),
    isNarrow: fc.boolean(),
    window,
  })
  .map(({ width, height, targets, seed, isNarrow, window: shown }): Case => {
    let state = seed;
    const next = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    };
    const to = { width: sideOf(width, targets[0]), height: sideOf(height, targets[1]) };
    const values = Array.from({ length: width * height }, next);
    const samples = isNarrow ? Uint8Array.from(values) : Uint16Array.from(values);
    return { width, height, to, samples, levels: levelsOf(isNarrow ? { ...shown, bits: 8 } : shown) };
  });

function sideOf(from: number, share: number): number {
  return Math.max(1, Math.round(from * share));
}

function areaOf({ width, height, to }: Case) {
  return {
    rows: pixelSharesOf(height, to.height),
    columns: pixelSharesOf(width, to.width),
    scale: (to.width * to.height) / (width * height),
  };
}

/** Every target as the sum of the pixels it covers, each weighted by its covered share. */
function averaged({ width, height, to, samples, levels }: Case): number[] {
  const covered = (target: number, ratio: number, pixel: number): number =>
    Math.max(0, Math.min((target + 1) * ratio, pixel + 1) - Math.max(target * ratio, pixel));
  const [across, down] = [width / to.width, height / to.height];
  return Array.from({ length: to.width * to.height }, (_, index) => {
    let sum = 0;
    for (let y = 0; y < height; y += 1) {
      const high = covered(Math.floor(index / to.width), down, y);
      if (high === 0) continue;
      for (let x = 0; x < width; x += 1) {
        const wide = covered(index % to.width, across, x);
        if (wide > 0) sum += high * wide * levels[samples[y * width + x]! & (levels.length - 1)]!;
      }
    }
    return sum / (across * down);
  });
}

/** Samples between black and white that a slope has at least. */
const SLOPE = 3;

/** Of 65535; the line may deviate from the levels by one, and a sum has only 24 bits. */
const FAR = 1.5;

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let far = 0;
  for (let index = 0; index < a.length; index += 1) far = Math.max(far, Math.abs(a[index]! - b[index]!));
  return far;
}

test('either way of shrinking is the average of the area, whatever the window, the sign and the sides', () => {
  fc.assert(
    fc.property(picture, (one) => {
      const expected = averaged(one);
      const byTable = shrinkByTable(one, areaOf(one));
      expect(byTable.length).toBe(expected.length);
      expect(farthest(byTable, expected)).toBeLessThan(0.1);
      expect(farthest(shrink(one, one.to.width, one.to.height), expected)).toBeLessThan(FAR);
    }),
    { numRuns: 300 },
  );
});

test('a linear window of either sign is known as a line, other tables are not', () => {
  fc.assert(
    fc.property(window, (shown) => {
      const levels = levelsOf(shown);
      // A step has no line, so the table path is used, which is equally correct.
      fc.pre(levels.filter((level) => level > 0 && level < 65_535).length >= SLOPE);
      expect(greyLineOf(levels)).not.toBeNull();
    }),
    { numRuns: 2000 },
  );
  const sigmoid = Uint16Array.from({ length: 4096 }, (_, value) =>
    Math.round(65535 / (1 + Math.exp((2048 - value) / 300))),
  );
  expect(greyLineOf(sigmoid)).toBeNull();
  const oneBeside = Uint16Array.from({ length: 4096 }, (_, value) => value * 16 + (value === 2000 ? 8 : 0));
  expect(greyLineOf(oneBeside)).toBeNull();
  expect(greyLineOf(new Uint16Array(256))).toBeNull();
});

test('memory left by another picture changes nothing', () => {
  const levels = Uint16Array.from({ length: 4096 }, (_, value) => value * 16);
  const of = (width: number, height: number, grey: number): Case => ({
    width,
    height,
    to: { width: 7, height: 5 },
    samples: new Uint16Array(width * height).fill(grey),
    levels,
  });
  shrink(of(501, 300, 4095), 7, 5);
  expect([...shrink(of(33, 21, 100), 7, 5)].every((grey) => Math.abs(grey - 1600) < 0.1)).toBe(true);
});
