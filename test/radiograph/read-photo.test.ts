import { readdirSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectFile } from '../../src/radiograph/inspect-file.ts';
import { encodePng } from '../../src/radiograph/pictures/raster-codec.ts';
import { readRadiograph } from '../../src/radiograph/read-radiograph.ts';
import { sharedData } from '../support/shared-data.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';

const LIMITS = { maxMegapixels: 64 };
const truncated = sharedData('photo/truncated');

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

/** Noise hardly compresses, so truncation at any point loses data. */
function noise(width: number, height: number, channels: 1 | 3 = 1): Sharp {
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    (_, i) => ((i * 2654435761) >>> 13) & 255,
  );
  return sharp(pixels, { raw: { width, height, channels } });
}

async function read(bytes: Buffer) {
  return (await readRadiograph(await files.write(bytes), LIMITS)).radiograph;
}

describe('a PNG', () => {
  it('of 16-bit grey preserves every level', async () => {
    const pixels = Uint16Array.from({ length: 65536 }, (_, index) => index);

    const radiograph = await read(await encodePng({ width: 256, height: 256, pixels }));

    expect(radiograph.pixels).toEqual(pixels);
  });

  it('of 8-bit grey preserves every level', async () => {
    const pixels = Uint8Array.from({ length: 256 }, (_, index) => index);

    const radiograph = await read(await encodePng({ width: 16, height: 16, pixels }));

    expect([...radiograph.pixels]).toEqual([...pixels].map((value) => value * 257));
  });

  it.each([
    ['colour', { channels: 3, background: '#ff0000' }, 76],
    ['transparency over black', { channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } }, 0],
  ] as const)('in %s becomes grey', async (_, create, level) => {
    const png = await sharp({ create: { width: 8, height: 8, ...create } })
      .png()
      .toBuffer();

    const radiograph = await read(png);

    expect(Math.round((radiograph.pixels[0] ?? 0) / 257)).toBe(level);
  });

  it('in interlaced form has the same pixels as the plain one', async () => {
    const plain = await noise(50, 40).toColourspace('b-w').png().toBuffer();
    const interlaced = await noise(50, 40).toColourspace('b-w').png({ progressive: true }).toBuffer();

    expect((await read(interlaced)).pixels).toEqual((await read(plain)).pixels);
  });

  it('that is truncated anywhere is rejected and reported as incomplete', async () => {
    const png = await noise(200, 200).toColourspace('b-w').png().toBuffer();

    for (const share of [0.2, 0.5, 0.9, 0.9999]) {
      const path = await files.write(png.subarray(0, Math.floor(png.length * share)));
      await expect(readRadiograph(path, LIMITS)).rejects.toMatchObject({ code: 'RASTER_TRUNCATED' });
      expect(await inspectFile(path)).toMatchObject({ format: 'png', isWhole: false });
    }
  });
});

describe('a JPEG', () => {
  it.each([
    [1, [0, 1, 2, 3]],
    [2, [1, 0, 3, 2]],
    [3, [3, 2, 1, 0]],
    [4, [2, 3, 0, 1]],
    [5, [0, 2, 1, 3]],
    [6, [2, 0, 3, 1]],
    [7, [3, 1, 2, 0]],
    [8, [1, 3, 0, 2]],
  ] as const)('is rotated by its EXIF orientation: %i', async (orientation, corners) => {
    const [width, height] = [64, 32];
    const quarters = [0, 80, 160, 240];
    const pixels = Uint8Array.from({ length: width * height }, (_, index) => {
      const isRight = index % width >= width / 2;
      const isLow = Math.floor(index / width) >= height / 2;
      return quarters[(isLow ? 2 : 0) + (isRight ? 1 : 0)] ?? 0;
    });
    const stored = sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
    const tagged = await stored.withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();

    const radiograph = await read(tagged);

    const isSideways = orientation > 4;
    const [across, down] = isSideways ? [height, width] : [width, height];
    const greyAt = (x: number, y: number): number =>
      Math.round((radiograph.pixels[Math.floor(y * down) * across + Math.floor(x * across)] ?? 0) / 257);
    const seen = [greyAt(0.25, 0.25), greyAt(0.75, 0.25), greyAt(0.25, 0.75), greyAt(0.75, 0.75)];
    expect([radiograph.width, radiograph.height]).toEqual([across, down]);
    expect(seen.map((grey) => Math.round(grey / 80))).toEqual(corners);
  });

  it('in CMYK is read', async () => {
    const jpeg = await noise(64, 64, 3).toColourspace('cmyk').jpeg().toBuffer();

    expect((await read(jpeg)).width).toBe(64);
  });

  it.each([false, true])(
    'that is truncated anywhere is rejected and reported as incomplete (progressive: %s)',
    async (progressive) => {
      const jpeg = await noise(300, 300).jpeg({ progressive }).toBuffer();

      for (const share of [0.2, 0.5, 0.9, 0.9999]) {
        const path = await files.write(jpeg.subarray(0, Math.floor(jpeg.length * share)));
        await expect(readRadiograph(path, LIMITS)).rejects.toMatchObject({ code: 'RASTER_TRUNCATED' });
        expect(await inspectFile(path)).toMatchObject({ format: 'jpeg', isWhole: false });
      }
    },
  );

  it('that was truncated and closed with an end mark is rejected', async () => {
    const jpeg = await noise(300, 300).jpeg().toBuffer();
    const closed = Buffer.concat([jpeg.subarray(0, jpeg.length / 2), Buffer.from([0xff, 0xd9])]);

    await expect(read(closed)).rejects.toMatchObject({ code: 'RASTER_TRUNCATED' });
  });

  it('is reported as incomplete in spite of the end mark of its thumbnail', async () => {
    const thumbnail = await noise(16, 16).jpeg().toBuffer();
    const jpeg = await noise(300, 300).jpeg().toBuffer();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(thumbnail.length + 2);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1]), length, thumbnail]);
    const whole = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);

    const half = await inspectFile(await files.write(whole.subarray(0, whole.length / 2)));
    const padded = await inspectFile(await files.write(Buffer.concat([whole, Buffer.alloc(100)])));

    expect(half.isWhole).toBe(false);
    expect(padded.isWhole).toBe(true);
  });

  it('that states more pixels than the limit is rejected before decoding', async () => {
    const jpeg = await noise(300, 300).jpeg().toBuffer();

    const reading = readRadiograph(await files.write(jpeg), { maxMegapixels: 0.05 });

    await expect(reading).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});

describe.skipIf(truncated === null)('a JPEG that a real export truncated', () => {
  it.each(truncated === null ? [] : readdirSync(truncated))('is rejected by name: %s', async (name) => {
    const reading = readRadiograph(`${truncated}/${name}`, LIMITS);

    await expect(reading).rejects.toMatchObject({ code: 'RASTER_TRUNCATED' });
    expect(await inspectFile(`${truncated}/${name}`)).toMatchObject({ isWhole: false });
  });
});
