import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPicture } from '../../src/inference/to-picture.ts';
import { letterbox, placementOf } from '../../src/preprocess/letterbox.ts';
import { resize } from '../../src/preprocess/resize.ts';
import { aPicture } from '../support/a-picture.ts';
import { anInput } from '../support/model-input.ts';

const sides = fc.integer({ min: 16, max: 4000 });

describe('letterbox', () => {
  it('maps a box from the model input back to the pixels of its picture', () => {
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.boolean(),
        fc.tuple(
          fc.double({ min: 0, max: 0.5, noNaN: true }),
          fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        ),
        (width, height, isStretched, [at, size]) => {
          const input = anInput({ width: 640, height: 512, fit: isStretched ? 'stretch' : 'letterbox' });
          const placement = placementOf(width, height, input);
          const box = { x: width * at, y: height * at, width: width * size, height: height * size };
          const inInput = {
            x: box.x * placement.scaleX + placement.padX,
            y: box.y * placement.scaleY + placement.padY,
            width: box.width * placement.scaleX,
            height: box.height * placement.scaleY,
          };

          const back = toPicture(inInput, placement, { width, height });

          for (const side of ['x', 'y', 'width', 'height'] as const)
            expect(back[side]).toBeCloseTo(box[side], 6);
        },
      ),
    );
  });

  it('fits the whole picture into the input, centred, with its proportions', () => {
    fc.assert(
      fc.property(sides, sides, (width, height) => {
        const { padX, padY, scaleX, ...fitted } = placementOf(
          width,
          height,
          anInput({ width: 448, height: 448 }),
        );

        expect(Math.max(fitted.width, fitted.height)).toBe(448);
        expect(Math.abs(448 - fitted.width - 2 * padX)).toBeLessThanOrEqual(1);
        expect(Math.abs(448 - fitted.height - 2 * padY)).toBeLessThanOrEqual(1);
        expect(Math.abs(fitted.height - height * Math.min(448 / width, 448 / height))).toBeLessThanOrEqual(
          0.5,
        );
        expect(scaleX).toBeGreaterThan(0);
      }),
    );
  });

  it('clips a box at the edge of the picture instead of reporting pixels that do not exist', () => {
    const placement = placementOf(640, 320, anInput({ width: 640, height: 640 }));

    const box = toPicture({ x: -20, y: 100, width: 100, height: 100 }, placement, {
      width: 640,
      height: 320,
    });

    expect(box).toEqual({ x: 0, y: 0, width: 80, height: 40 });
  });

  it('averages every pixel when it shrinks, so that a thin bright line does not disappear', () => {
    const pixels = new Uint16Array(300 * 300);
    for (let y = 0; y < 300; y += 1) pixels[y * 300 + 150] = 60_000;

    const small = resize(aPicture(300, 300, pixels), 100, 100);

    const total = small.subarray(0, 100).reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(60_000 / 3, 0);
  });

  it('preserves the mean grey at any ratio', () => {
    fc.assert(
      fc.property(fc.integer({ min: 65, max: 500 }), fc.integer({ min: 1, max: 65_535 }), (side, grey) => {
        const picture = aPicture(side, side, new Uint16Array(side * side).fill(grey));

        const resized = resize(picture, 64, 64);

        expect(Math.max(...resized)).toBeCloseTo(grey, -1);
        expect(Math.min(...resized)).toBeCloseTo(grey, -1);
      }),
      { numRuns: 30 },
    );
  });

  it('maps white to 1 and pads as the manifest states', () => {
    const white = aPicture(64, 32, new Uint16Array(64 * 32).fill(65_535));

    const { values, dims } = letterbox(white, anInput({ width: 64, height: 64, padValue: 51 }));

    expect(dims).toEqual([1, 1, 64, 64]);
    expect(values[32 * 64 + 5]).toBeCloseTo(1, 6);
    expect(values[0]).toBeCloseTo(0.2, 6);
  });

  it('normalises each channel with its own mean and deviation', () => {
    const grey = aPicture(8, 8, new Uint16Array(64).fill(32_768));
    const input = anInput({
      width: 8,
      height: 8,
      channels: 3,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    });

    const { values } = letterbox(grey, input);

    const half = 32_768 / 65_535;
    expect(values[0]).toBeCloseTo((half - 0.485) / 0.229, 5);
    expect(values[64]).toBeCloseTo((half - 0.456) / 0.224, 5);
    expect(values[128]).toBeCloseTo((half - 0.406) / 0.225, 5);
  });
});
