import { describe, expect, it } from 'vitest';
import { encodePicture, encodeQuickly } from '../../../../src/radiograph/pictures/encode-picture.ts';
import { enlarged, fitted, paintPicture } from '../../../../src/web/console/viewer/paint-picture.ts';
import { greysOf, readPicture } from '../../../../src/web/console/viewer/picture.ts';

/** 12 bits: 0 up to 1000 black, 3000 and more white, above the stored bits an overlay. */
const levels = Uint16Array.from({ length: 4096 }, (_, value) =>
  Math.round(Math.min(1, Math.max(0, (value - 1000) / 2000)) * 65535),
);

function open(width: number, height: number, samples: Uint16Array, table = levels) {
  const { full } = encodePicture({ width, height, samples, levels: table });
  return readPicture(full.buffer);
}

function greyAt(
  picture: ReturnType<typeof open>,
  place: { x: number; y: number },
  greys: Uint32Array,
): number {
  const pixels = new Uint32Array(picture.width * picture.height);
  const { width, height } = picture;
  paintPicture({ width, height, pixels }, picture, { placement: { x: 0, y: 0, scale: 1 }, greys });
  return (pixels[place.y * width + place.x] ?? 0) & 0xff;
}

describe('the picture on the screen', () => {
  it('a picture uses the window of its file until another one is chosen, which applies to stored values', () => {
    const picture = open(4, 1, Uint16Array.of(500, 2000, 3500, 2000 + 0x8000));

    const asked = greysOf(picture, { window: null, isInverted: false });
    const narrow = greysOf(picture, { window: { center: 2000, width: 100 }, isInverted: false });

    expect([0, 1, 2, 3].map((x) => greyAt(picture, { x, y: 0 }, asked))).toEqual([0, 128, 255, 128]);
    expect(picture.window).toEqual({ center: 2000, width: 2000 });
    expect((narrow[1950] ?? 0) & 0xff).toBe(0);
    expect((narrow[2050] ?? 0) & 0xff).toBe(255);
  });

  it('a picture whose low values are bright is not inverted', () => {
    const falling = Uint16Array.from(levels, (level) => 65535 - level);
    const picture = open(2, 1, Uint16Array.of(500, 3500), falling);

    const greys = greysOf(picture, { window: { center: 2000, width: 2000 }, isInverted: false });
    const inverted = greysOf(picture, { window: { center: 2000, width: 2000 }, isInverted: true });

    expect([0, 1].map((x) => greyAt(picture, { x, y: 0 }, greys))).toEqual([255, 0]);
    expect([0, 1].map((x) => greyAt(picture, { x, y: 0 }, inverted))).toEqual([0, 255]);
  });

  it('signed values are shown in the order of their values, not of their bit patterns', () => {
    const signed = Uint16Array.from({ length: 4096 }, (_, pattern) => {
      const value = pattern >= 2048 ? pattern - 4096 : pattern;
      return Math.round(((value + 2048) / 4095) * 65535);
    });
    const picture = open(3, 1, Uint16Array.of(2048, 0, 2047), signed);

    const greys = greysOf(picture, { window: null, isInverted: false });

    expect([0, 1, 2].map((x) => greyAt(picture, { x, y: 0 }, greys))).toEqual([0, 128, 255]);
  });

  it('a large picture is first sent reduced, with the same region and brightness', () => {
    const [width, height] = [1600, 1200];
    const samples = new Uint16Array(width * height).fill(2000);
    const { quick } = encodePicture({ width, height, samples, levels });
    const picture = readPicture((quick ?? new Uint8Array()).buffer);

    expect(picture).toMatchObject({ width, height });
    expect(picture.steps[0]).toMatchObject({ width: 400, height: 300, shrink: 4 });
    expect(new Set(picture.steps[0]?.samples)).toEqual(new Set([2000]));
    expect(encodeQuickly({ width, height, samples, levels })).toEqual(quick);
  });

  it('the point under the pointer stays in place during zooming', () => {
    const before = fitted({ width: 2000, height: 1000 }, { width: 800, height: 800 });
    const at = { x: 300, y: 420 };

    const after = enlarged(before, 2, at);

    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
  });
});
