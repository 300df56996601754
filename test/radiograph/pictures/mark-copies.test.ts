import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { markCopies } from '../../../src/radiograph/pictures/mark-copies.ts';
import { markPhantom } from '../../support/marked-phantoms.ts';

const GREY = 100;
const RED = (r: number, g: number, b: number): boolean => r > 180 && g < 110 && b < 110;
const YELLOW = (r: number, g: number, b: number): boolean => r > 180 && g > 150 && b < 110;

function aPicture(width: number, height: number) {
  return { width, height, pixels: new Uint8Array(width * height).fill(GREY) };
}

async function decoded(jpeg: Uint8Array) {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const pixelAt = (x: number, y: number): readonly [number, number, number] => {
    const at = (Math.round(y) * info.width + Math.round(x)) * info.channels;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  };
  const all = Array.from({ length: info.height }, (_, y) =>
    Array.from({ length: info.width }, (__, x) => ({ x, y, colour: pixelAt(x, y) })),
  ).flat();
  return { ...info, pixelAt, all };
}

describe('the marked copy of a radiograph', () => {
  it.each([
    ['an upright picture', 1000, 1400],
    ['a wide picture', 1400, 700],
    ['a small picture', 128, 160],
    ['a picture as narrow as a finger', 90, 1300],
  ])('shows %s completely, neither cropped nor stretched', async (_name, width, height) => {
    const { large, row } = await markCopies(aPicture(width, height), []);

    for (const [jpeg, longest] of [
      [large, { width: 640, height: 960 }],
      [row, { width: 480, height: 640 }],
    ] as const) {
      const copy = await sharp(jpeg).metadata();
      expect(copy.width / width).toBeCloseTo(copy.height / height, 1);
      expect(Math.max(copy.width / longest.width, copy.height / longest.height)).toBeCloseTo(1, 2);
    }
  });

  it('draws the outline around a finding without covering it', async () => {
    const box = { x: 400, y: 600, width: 200, height: 100 };
    const { large } = await markCopies(aPicture(1000, 1400), [{ box, isDefinite: true }]);

    const { width, pixelAt, all } = await decoded(large);
    const scale = width / 1000;
    const red = all.filter(({ colour }) => RED(...colour));
    expect(red.length).toBeGreaterThan(400);
    for (const { x, y } of red) {
      const isInside =
        x > (box.x + 2) * scale &&
        x < (box.x + box.width - 2) * scale &&
        y > (box.y + 2) * scale &&
        y < (box.y + box.height - 2) * scale;
      expect(isInside).toBe(false);
    }
    const [grey] = pixelAt((box.x + box.width / 2) * scale, (box.y + box.height / 2) * scale);
    expect(Math.abs(grey - GREY)).toBeLessThan(4);
  });

  it('has a solid red outline for a very likely finding and a dashed yellow one for a suspected finding', async () => {
    const box = { x: 300, y: 300, width: 300, height: 300 };
    const of = async (isDefinite: boolean) => {
      const { all } = await decoded((await markCopies(aPicture(900, 900), [{ box, isDefinite }])).large);
      return {
        red: all.filter(({ colour }) => RED(...colour)).length,
        yellow: all.filter(({ colour }) => YELLOW(...colour)).length,
      };
    };

    const [likely, suspected] = [await of(true), await of(false)];

    expect(likely.yellow + suspected.red).toBe(0);
    expect(suspected.yellow).toBeGreaterThan(likely.red * 0.35);
    expect(suspected.yellow).toBeLessThan(likely.red * 0.75);
  });

  it('shows the whole outline of a finding at the edge', async () => {
    const box = { x: 0, y: 0, width: 100, height: 1400 };
    const { all } = await decoded(
      (await markCopies(aPicture(1000, 1400), [{ box, isDefinite: true }])).large,
    );

    const red = all.filter(({ colour }) => RED(...colour));

    expect(red.some(({ x, y }) => x < 8 && y > 300 && y < 600)).toBe(true);
    expect(red.some(({ y }) => y < 8)).toBe(true);
    expect(red.some(({ y }) => y > 880)).toBe(true);
  });

  it('is a few kilobytes and contains no metadata', async () => {
    const { large, row } = await markPhantom(['forearm', 'very-likely']);

    console.log(`large ${large.length} bytes, row ${row.length} bytes`);
    expect(large.length).toBeLessThan(40_000);
    expect(row.length).toBeLessThan(25_000);
    for (const jpeg of [large, row]) {
      const { exif, icc, iptc, xmp, comments, format } = await sharp(jpeg).metadata();
      expect({ exif, icc, iptc, xmp, comments, format }).toEqual({ format: 'jpeg' });
    }
  });
});
