import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Radiograph } from '../../../src/contract/radiograph.ts';
import { readRadiograph } from '../../../src/radiograph/read-radiograph.ts';
import {
  FOREARM,
  FULL_WINDOW,
  lutItem,
  phantomFile,
  voiLut,
  windowOf,
  wordsOf,
} from '../../support/phantom-file.ts';
import { temporaryFiles, type TemporaryFiles } from '../../support/temporary-file.ts';
import { writeElements, type DicomElement } from '../../support/write-dicom.ts';

const LIMITS = { maxMegapixels: 64 };
const CURVE = Array.from({ length: 4096 }, (_, value) => Math.round(4095 * (value / 4095) ** 0.8));
const COMMA = 'A number of the grey scale is written with a decimal comma; it was read as a decimal point.';
const SHORT = 'has fewer entries than it states; its last one was taken for the missing ones.';
/** One of 4095 levels. */
const ONE_LEVEL = 16;

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

async function read(elements: readonly DicomElement[], picture = {}): Promise<Radiograph> {
  const path = await files.write(phantomFile({ elements, ...picture }));
  return (await readRadiograph(path, LIMITS)).radiograph;
}

function worst({ pixels }: Radiograph, other: Radiograph): number {
  return pixels.reduce((most, value, at) => Math.max(most, Math.abs(value - (other.pixels[at] ?? NaN))), 0);
}

describe('a VOI LUT', () => {
  it.each([
    ['lacks its last entry', CURVE.slice(0, -1), 4096, [`The VOI LUT ${SHORT}`]],
    ['has one entry more than it states', [...CURVE, 0], 4096, []],
    ['states no number of entries', CURVE, 0, [`The VOI LUT ${SHORT}`]],
  ])('is shown like the right one if it %s', async (_, entries, count, warnings) => {
    const right = await read([voiLut(CURVE)]);
    const shown = await read([voiLut(entries, { count })]);

    expect(worst(shown, right)).toBeLessThanOrEqual(ONE_LEVEL);
    expect(shown.header.warnings).toEqual(warnings);
  });

  it('is left out with a warning if it lacks more than a quarter of its entries', async () => {
    const { header } = await read([voiLut(CURVE.slice(0, 2048), { count: 4096 }), ...FULL_WINDOW]);

    expect(header.warnings).toEqual(['The VOI LUT is damaged and was left out.']);
  });

  it.each([
    ['bytes', (entries: number[]) => Buffer.from(entries)],
    ['words', wordsOf],
    ['words without the last one', (entries: number[]) => wordsOf(entries.slice(0, -1))],
  ])('of 8 bits may be written as %s', async (_, write) => {
    const entries = CURVE.map((value) => value >> 4);
    const item: DicomElement[] = [
      ['00283002', 'US', [4096, 0, 8]],
      ['00283006', 'OW', write(entries)],
    ];
    const right = await read([voiLut(entries, { bits: 8 })]);

    expect(worst(await read([['00283010', 'SQ', [item]]]), right)).toBe(0);
  });

  it.each([
    ['implicit', true],
    ['explicit', false],
  ])('is read from an element of type UN with %s elements, with a warning', async (_, isImplicit) => {
    const item = writeElements(lutItem(CURVE, { count: 4096, first: 0, bits: 12 }), {
      isImplicit,
      isBigEndian: false,
    });
    const header = Buffer.alloc(8);
    header.writeUInt32LE(0xe000fffe);
    header.writeUInt32LE(item.length, 4);
    const shown = await read([['00283010', 'UN', Buffer.concat([header, item])]]);

    expect(worst(shown, await read([voiLut(CURVE)]))).toBe(0);
    expect(shown.header.warnings).toEqual([
      'The VOI LUT is stored without its type; it was read as a sequence.',
    ]);
  });

  it('is reported as damaged if an element of type UN is no sequence', async () => {
    const { header } = await read([['00283010', 'UN', Buffer.alloc(40, 7)], ...FULL_WINDOW]);

    expect(header.warnings).toEqual(['The VOI LUT is damaged and was left out.']);
  });
});

describe('a Modality LUT', () => {
  it('that lacks its last entry is shown like the right one, with a warning', async () => {
    const lut = (entries: readonly number[]): DicomElement => [
      '00283000',
      'SQ',
      [lutItem(entries, { count: 4096, first: 0, bits: 12 })],
    ];
    const right = await read([lut(CURVE), ...FULL_WINDOW]);
    const shown = await read([lut(CURVE.slice(0, -1)), ...FULL_WINDOW]);

    expect(worst(shown, right)).toBeLessThanOrEqual(ONE_LEVEL);
    expect(shown.header.warnings).toEqual([`The Modality LUT ${SHORT}`]);
  });
});

describe('a palette', () => {
  const paletteOf = (entries: readonly number[], bits: number): DicomElement[] =>
    ['1', '2', '3'].flatMap((colour): DicomElement[] => [
      [`0028110${colour}`, 'US', [256, 0, bits]],
      [`0028120${colour}`, 'OW', wordsOf(entries)],
    ]);
  const picture = {
    stored: Uint8Array.from(FOREARM, (value) => value >> 4),
    bitsAllocated: 8,
    bitsStored: 8,
    photometricInterpretation: 'PALETTE COLOR',
  } as const;
  const bytes = Array.from({ length: 256 }, (_, value) => value);
  const words = bytes.map((value) => value * 257);

  it.each([
    ['lacks its last entry', words.slice(0, -1), `The palette ${SHORT}`],
    [
      'has 8-bit entries under a descriptor of 16 bits',
      bytes,
      'The palette states more bits than its entries have; the bits of its highest entry were taken as white.',
    ],
  ])('is shown like the right one if it %s', async (_, entries, warning) => {
    const right = await read(paletteOf(words, 16), picture);
    const shown = await read(paletteOf(entries, 16), picture);

    expect(worst(shown, right)).toBeLessThanOrEqual(257);
    expect(shown.header.warnings).toEqual([warning]);
  });
});

describe('a number with a decimal comma', () => {
  it('is read like one with a point: rescale', async () => {
    const rescale = (slope: string, intercept: string): DicomElement[] => [
      ['00281052', 'DS', intercept],
      ['00281053', 'DS', slope],
      ...windowOf('1000', '2000'),
    ];
    const right = await read(rescale('0.5', '-0.5'));
    const shown = await read(rescale('0,5', '-0,5'));

    expect(worst(shown, right)).toBe(0);
    expect(shown.header.warnings).toEqual([COMMA]);
    expect(right.header.warnings).toEqual([]);
  });

  it('is read like one with a point: window', async () => {
    const shown = await read(windowOf('2048,0', '4096,0'));

    expect(worst(shown, await read(FULL_WINDOW))).toBe(0);
    expect(shown.header.warnings).toEqual([COMMA]);
  });
});

describe('the window', () => {
  const SECOND = 'The window of the file is empty or has no width; the first usable one was applied.';

  it.each([
    ['is empty', '\\2048', '\\4096', [SECOND]],
    ['has no width', '2048\\2048', '0\\4096', [SECOND]],
    ['is a word', 'AUTO\\2048', 'AUTO\\4096', [SECOND]],
  ])('is the first usable one if the first one %s', async (_, center, width, warnings) => {
    const shown = await read(windowOf(center, width));

    expect(worst(shown, await read(FULL_WINDOW))).toBe(0);
    expect(shown.header.warnings).toEqual(warnings);
  });

  it('of rescaled fractions may be as narrow as one', async () => {
    const unit: DicomElement[] = [['00281053', 'DS', String(1 / 4096)], ...windowOf('0.5', '1')];
    const shown = await read(unit);

    expect(worst(shown, await read(FULL_WINDOW))).toBeLessThanOrEqual(ONE_LEVEL);
    expect(shown.header.isPictureUncertain).toBe(false);
    expect(shown.header.warnings).toEqual([
      'The window is narrower than two units of values that are fractions; it was applied as LINEAR_EXACT.',
    ]);
  });
});
