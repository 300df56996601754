import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPhantom } from '../../../src/phantom/draw-phantom.ts';
import { encodePng } from '../../../src/radiograph/pictures/raster-codec.ts';
import { isHardlyVisible, measureGreyUse } from '../../../src/radiograph/pixels/grey-use.ts';
import { readPicture, readRadiograph } from '../../../src/radiograph/read-radiograph.ts';
import { pictureOutOfScope } from '../../../src/radiograph/scope.ts';
import type { Radiograph } from '../../../src/contract/radiograph.ts';
import { aPicture } from '../../support/a-picture.ts';
import { encodeFrame } from '../../support/encode-frame.ts';
import {
  COLUMNS,
  FOREARM,
  FULL_WINDOW,
  phantomFile,
  ROWS,
  voiLut,
  windowOf,
} from '../../support/phantom-file.ts';
import { temporaryFiles, type TemporaryFiles } from '../../support/temporary-file.ts';

const LIMITS = { maxMegapixels: 64 };
const IDENTITY = Array.from({ length: 4096 }, (_, value) => value);

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

async function read(bytes: Uint8Array): Promise<Radiograph> {
  return (await readRadiograph(await files.write(bytes), LIMITS)).radiograph;
}

function isVisible({ width, height, pixels }: Radiograph): boolean {
  return !isHardlyVisible(measureGreyUse(aPicture(width, height, pixels)));
}

async function pngOf(grey: (value: number) => number): Promise<Buffer> {
  const pixels = FOREARM.map(grey);
  return encodePng({ width: COLUMNS, height: ROWS, pixels });
}

describe('a picture of which hardly anything could be seen', () => {
  it('is right if its VOI LUT states more bits than its entries have', async () => {
    const right = await read(phantomFile({ elements: [voiLut(IDENTITY)] }));
    const overstated = await read(phantomFile({ elements: [voiLut(IDENTITY, { bits: 16 })] }));

    expect(overstated.pixels).toEqual(right.pixels);
    expect(overstated.header.isPictureUncertain).toBe(false);
    expect(overstated.header.warnings).toEqual([
      'The VOI LUT states more bits than its entries have; the bits of its highest entry were taken as white.',
    ]);
    expect(right.header.warnings).toEqual([]);
  });

  it.each([10, 12, 14])('is windowed if a 16-bit PNG holds %i-bit values', async (bits) => {
    const shown = await read(await pngOf((value) => Math.round((value * (2 ** bits - 1)) / 4095)));

    expect(isVisible(shown)).toBe(true);
    expect(shown.header.isPictureUncertain).toBe(false);
    expect(shown.header.warnings).toEqual([
      'The values of the 16-bit picture use only a small part of their range; a window was made from the picture.',
    ]);
  });

  const eightBits = {
    rows: ROWS,
    columns: COLUMNS,
    bitsStored: 8,
    stored: Uint8Array.from(FOREARM, (value) => value >> 4),
  };
  it.each([
    [
      'its rescale slope is wrong',
      () => phantomFile({ elements: [['00281053', 'DS', '0.01'], ...FULL_WINDOW] }),
    ],
    ['its window is far too wide', () => phantomFile({ elements: windowOf('32768', '65536') })],
    ['its window is far too narrow', () => phantomFile({ elements: windowOf('1000', '10') })],
    ['its window is below all values', () => phantomFile({ elements: windowOf('-3000', '10') })],
    [
      'its stream has 8 bits under a window of 12',
      async () =>
        phantomFile({
          fragments: [await encodeFrame('jpeg baseline', eightBits)],
          transferSyntaxUid: '1.2.840.10008.1.2.4.50',
          elements: FULL_WINDOW,
        }),
    ],
  ] as const)('is shown in a window of its own, as uncertain, if %s', async (_, bytes) => {
    const shown = await read(await bytes());

    expect(isVisible(shown)).toBe(true);
    expect(shown.header.isPictureUncertain).toBe(true);
    expect(shown.header.warnings).toContain(
      'In the window of the file hardly anything can be seen of the picture; one was made from the picture instead.',
    );
  });

  it('stays as it is, as uncertain, if nothing states why it is dark', async () => {
    const grey = Uint8Array.from(FOREARM, (value) => value >> 7);
    const dark = await read(await encodePng({ width: COLUMNS, height: ROWS, pixels: grey }));

    expect(dark.pixels).toEqual(Uint16Array.from(grey, (value) => value * 257));
    expect(dark.header.isPictureUncertain).toBe(true);
    expect(dark.header.warnings).toEqual([
      'Hardly anything can be seen of the picture: it uses only a small part of the grey scale.',
    ]);
  });

  it('is not analysed if it has only three neighbouring grey levels', async () => {
    const grey = Uint8Array.from(FOREARM, (value) => 8 + Math.floor(value / 1400));
    const path = await files.write(await encodePng({ width: COLUMNS, height: ROWS, pixels: grey }));

    using picture = await readPicture(path, LIMITS);

    expect(pictureOutOfScope(picture.picture, { saturatedShare: 0.995 })?.code).toBe('IMAGE_BLANK');
  });
});

describe('a radiograph as its modality shows it', () => {
  const kinds = ['forearm', 'hand', 'hip'] as const;
  it.each(kinds)('uses enough of the grey scale: a synthetic %s', async (kind) => {
    const { pixels } = drawPhantom({ kind, isFractured: false, seed: 3, width: 300, height: 400 });
    const shown = await read(phantomFile({ stored: pixels, columns: 300, rows: 400, elements: FULL_WINDOW }));

    expect(shown.header.warnings).toEqual([]);
    expect(shown.header.isPictureUncertain).toBe(false);
  });
});
