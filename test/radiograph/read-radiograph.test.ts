import { execFileSync } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RadiographHeader } from '../../src/contract/radiograph.ts';
import { readPicture, readRadiograph, readStoredPixels } from '../../src/radiograph/read-radiograph.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';
import {
  BIG_ENDIAN,
  DEFLATED,
  EXPLICIT,
  IMPLICIT,
  writeDicom,
  type DicomElement,
  type DicomPicture,
} from '../support/write-dicom.ts';

const LIMITS = { maxMegapixels: 64 };
const WINDOWS: readonly DicomElement[] = [
  ['00281050', 'DS', '128\\64'],
  ['00281051', 'DS', '256\\128'],
];
const WRIST: DicomElement = ['00081030', 'LO', Buffer.from('손목')];

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

async function write(picture: Partial<DicomPicture>): Promise<string> {
  const whole = { rows: 1, columns: 4, stored: [0, 64, 128, 255], bitsStored: 12, ...picture };
  return files.write(writeDicom(whole));
}

async function grey(picture: Partial<DicomPicture>, windowIndex: number): Promise<number[]> {
  const { radiograph } = await readRadiograph(await write(picture), { ...LIMITS, windowIndex });
  return [...radiograph.pixels].map((value) => Math.round(value / 257));
}

/** The headers passed to `onHeader` before any pixel is decoded. */
async function announced(path: string): Promise<RadiographHeader[]> {
  const headers: RadiographHeader[] = [];
  await readPicture(path, { ...LIMITS, onHeader: (header) => void headers.push(header) });
  return headers;
}

describe('a file with several windows', () => {
  it('is displayed with the window that the site chose', async () => {
    expect(await grey({ elements: WINDOWS }, 0)).toEqual([0, 64, 128, 255]);
    expect(await grey({ elements: WINDOWS }, 1)).toEqual([0, 129, 255, 255]);
  });

  it('is displayed with its first window where it lacks the chosen one', async () => {
    expect(await grey({ elements: WINDOWS }, 2)).toEqual([0, 64, 128, 255]);
  });

  it('is displayed with the VOI LUT that the site chose', async () => {
    const item = (entries: readonly number[]): readonly DicomElement[] => [
      ['00283002', 'US', [4, 0, 8]],
      ['00283006', 'US', entries],
    ];
    const luts: DicomElement = ['00283010', 'SQ', [item([0, 1, 2, 255]), item([255, 2, 1, 0])]];

    const second = await grey({ stored: [0, 1, 2, 3], elements: [luts] }, 1);

    expect(second).toEqual([255, 2, 1, 0]);
  });
});

describe('the header of a file', () => {
  it.each([IMPLICIT, EXPLICIT, BIG_ENDIAN])(
    'is the same from its first bytes as from the whole file: %s',
    async (transferSyntaxUid) => {
      const elements = [WRIST, ...WINDOWS];
      const stored = new Uint16Array(160_000).fill(7);
      const path = await write({ transferSyntaxUid, elements, rows: 400, columns: 400, stored });

      const headers = await announced(path);
      const { radiograph } = await readRadiograph(path, LIMITS);

      expect(headers).toHaveLength(1);
      // Only the pixels decide on these two.
      const fromPixels = { isPictureUncertain: false, warnings: [] };
      expect({ ...headers[0], ...fromPixels }).toEqual({ ...radiograph.header, ...fromPixels });
      expect(headers[0]?.bodyPart).toBe('wrist');
    },
  );

  it.each([
    ['is deflated', { transferSyntaxUid: DEFLATED }],
    [
      'begins with a preview larger than the first bytes',
      { elements: [['00091010', 'OB', Buffer.alloc(300_000)]] as DicomElement[] },
    ],
    ['has no preamble', { start: 'none' }],
  ] as const)('is read before the pixels even where the file %s', async (_, picture) => {
    expect(await announced(await write(picture))).toHaveLength(1);
  });

  it('that is rejected ends the reading before the pixels, even if they are missing', async () => {
    const whole = writeDicom({
      rows: 4000,
      columns: 4000,
      stored: [],
      elements: [['7fe00010', 'OW', Buffer.alloc(2)]],
    });
    const path = await files.write(whole);
    const onHeader = (): void => {
      throw new Error('not wanted');
    };

    await expect(readPicture(path, { ...LIMITS, onHeader })).rejects.toThrow('not wanted');
  });
});

describe('an object without an image', () => {
  const none = ['7fe00010', '00280010', '00280011'];

  it.each([
    [
      'a structured report',
      { without: none, elements: [['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.33']] as DicomElement[] },
    ],
    [
      'a presentation state',
      { without: none, elements: [['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.11.1']] as DicomElement[] },
    ],
    [
      'an encapsulated PDF',
      { without: none, elements: [['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.104.1']] as DicomElement[] },
    ],
    [
      'a DICOMDIR',
      {
        without: [...none, '00080016'],
        elements: [
          ['00041130', 'CS', 'CD'],
          ['00041220', 'SQ', [[]]],
        ] as DicomElement[],
      },
    ],
  ])('is rejected by name: %s', async (_, picture) => {
    const path = await write(picture);

    await expect(readRadiograph(path, LIMITS)).rejects.toMatchObject({ code: 'DICOM_NO_PIXELS' });
    await expect(readStoredPixels(path, LIMITS)).rejects.toMatchObject({ code: 'DICOM_NO_PIXELS' });
  });
});

describe('pixels of an unsupported syntax', () => {
  it.each([
    ['JPEG XL', '1.2.840.10008.1.2.4.110', /JPEG XL/],
    ['a film', '1.2.840.10008.1.2.4.102', /MPEG/],
    ['a syntax from the future', '1.2.840.10008.1.2.4.999', /1\.2\.840\.10008\.1\.2\.4\.999/],
    ['markup in place of a UID', '<script>', /no valid UID/],
  ])('are rejected with the name of their syntax: %s', async (_, transferSyntaxUid, message) => {
    const path = await write({ transferSyntaxUid, fragments: [Buffer.from([0xff, 0x0a, 1, 2, 3, 4])] });

    const reading = readRadiograph(path, LIMITS);

    await expect(reading).rejects.toMatchObject({ code: 'TRANSFER_SYNTAX_UNSUPPORTED' });
    await expect(reading).rejects.toThrow(message);
  });

  it.each([
    ['32 bits', [['00280100', 'US', [32]]], /32 bits/],
    ['1 bit', [['00280100', 'US', [1]]], /1 bits/],
    ['floating point', [['7fe00008', 'OF', Buffer.alloc(16)]], /floating-point/],
    ['several frames', [['00280008', 'IS', '12']], /more than one frame/],
  ] as const)('are refused with what they are: %s', async (name, elements, message) => {
    const path = await write({ elements, without: name === 'floating point' ? ['7fe00010'] : [] });

    const reading = readRadiograph(path, LIMITS);

    await expect(reading).rejects.toMatchObject({ code: 'PIXELS_UNSUPPORTED' });
    await expect(reading).rejects.toThrow(message);
  });
});

describe('a deflated file', () => {
  it('may decompress to as many pixels as the site allows and no more', async () => {
    const side = 5000;
    const path = await write({
      rows: side,
      columns: side,
      stored: new Uint8Array(side * side),
      bitsAllocated: 8,
      bitsStored: 8,
      transferSyntaxUid: DEFLATED,
    });

    await expect(readStoredPixels(path, { maxMegapixels: 1 })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    });
    expect((await readStoredPixels(path, { maxMegapixels: 26 })).width).toBe(side);
  });
});

it('a file is read only up to its size at opening', async () => {
  const path = await write({ elements: WINDOWS });
  const reading = readRadiograph(path, LIMITS);
  await appendFile(path, 'more');

  expect((await reading).radiograph.width).toBe(4);
});

it('a named pipe is rejected without waiting for it', async () => {
  const pipe = `${files.folder}/pipe.dcm`;
  execFileSync('mkfifo', [pipe]);

  await expect(readRadiograph(pipe, LIMITS)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
});
