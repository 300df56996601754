import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Radiograph } from '../../src/contract/radiograph.ts';
import { readRadiograph, readStoredPixels } from '../../src/radiograph/read-radiograph.ts';
import { encodeFrame, LOSSLESS_SYNTAXES, type LosslessSyntax } from '../support/encode-frame.ts';
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
const WINDOW: readonly DicomElement[] = [
  ['00281050', 'DS', '128'],
  ['00281051', 'DS', '256'],
];

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

async function read(picture: Partial<DicomPicture>): Promise<Radiograph> {
  const bitsStored = picture.bitsAllocated === 8 ? 8 : 12;
  const whole = { rows: 1, columns: 4, stored: [0, 85, 170, 255], bitsStored, ...picture };
  const { radiograph } = await readRadiograph(await files.write(writeDicom(whole)), LIMITS);
  return radiograph;
}

async function grey(picture: Partial<DicomPicture>): Promise<number[]> {
  const { pixels } = await read(picture);
  return [...pixels].map((value) => Math.round(value / 257));
}

describe('a DICOM file, however it is encoded', () => {
  it.each([
    ['implicit little endian', IMPLICIT],
    ['explicit little endian', EXPLICIT],
    ['explicit big endian', BIG_ENDIAN],
    ['deflated', DEFLATED],
  ])('shows the same picture in %s', async (_, transferSyntaxUid) => {
    const elements = WINDOW;

    const sixteen = await grey({ transferSyntaxUid, elements });
    const eight = await grey({ transferSyntaxUid, elements, bitsAllocated: 8 });

    expect(sixteen).toEqual([0, 85, 170, 255]);
    expect(eight).toEqual([0, 85, 170, 255]);
  });

  it.each(['preamble', 'meta', 'none'] as const)('is read when it starts with: %s', async (start) => {
    expect(await grey({ start, elements: WINDOW })).toEqual([0, 85, 170, 255]);
    expect(await grey({ start, elements: WINDOW, transferSyntaxUid: IMPLICIT })).toEqual([0, 85, 170, 255]);
  });

  it('is read in its actual encoding, with a warning, when the header states another', async () => {
    const honest = writeDicom({ rows: 1, columns: 2, stored: [0, 255], bitsStored: 8, elements: WINDOW });
    const lying = Buffer.from(
      honest.toString('latin1').replace(`${EXPLICIT}\0`, `${BIG_ENDIAN}\0`),
      'latin1',
    );

    const { radiograph } = await readRadiograph(await files.write(lying), LIMITS);

    expect([...radiograph.pixels]).toEqual([0, 65535]);
    expect(radiograph.header.warnings.join()).toMatch(/another encoding/);
  });
});

describe('compressed pixels', () => {
  const syntaxes = Object.keys(LOSSLESS_SYNTAXES) as LosslessSyntax[];
  const depths = [8, 10, 12, 16];
  const cases = syntaxes.flatMap((syntax) => depths.map((bits) => [syntax, bits] as const));

  it.each(cases)('equal the uncompressed ones: %s, %i bits', async (syntax, bitsStored) => {
    const [rows, columns] = [61, 53];
    const values = Array.from({ length: rows * columns }, (_, i) => (i * 7919 + i * i) % 2 ** bitsStored);
    const stored = bitsStored === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
    const picture = { rows, columns, bitsStored, stored, bitsAllocated: bitsStored === 8 ? 8 : 16 } as const;
    const frame = await encodeFrame(syntax, picture);
    const half = Math.ceil(frame.length / 4) * 2;

    const transferSyntaxUid = LOSSLESS_SYNTAXES[syntax];
    const plain = await read(picture);
    const inOne = await read({ ...picture, transferSyntaxUid, fragments: [frame] });
    const inTwo = await read({
      ...picture,
      transferSyntaxUid,
      fragments: [frame.subarray(0, half), frame.subarray(half)],
    });

    expect(inOne.pixels).toEqual(plain.pixels);
    expect(inTwo.pixels).toEqual(plain.pixels);
  });

  it.each(syntaxes)('that are truncated are rejected, not shown in part: %s', async (syntax) => {
    const [rows, columns] = [64, 64];
    const stored = Uint16Array.from({ length: rows * columns }, (_, i) => (i * 7919) % 4096);
    const picture = { rows, columns, bitsStored: 12, stored } as const;
    const frame = await encodeFrame(syntax, picture);
    const fragments = [frame.subarray(0, Math.floor(frame.length / 2))];

    const reading = read({ ...picture, transferSyntaxUid: LOSSLESS_SYNTAXES[syntax], fragments });

    await expect(reading).rejects.toMatchObject({ code: 'PIXELS_CORRUPT' });
  });

  it('are decoded by their actual compression when the header states another', async () => {
    const stored = Uint16Array.from({ length: 400 }, (_, i) => i);
    const picture = { rows: 20, columns: 20, bitsStored: 12, stored } as const;
    const frame = await encodeFrame('jpeg-ls', picture);

    const lying = await read({
      ...picture,
      transferSyntaxUid: LOSSLESS_SYNTAXES['jpeg 2000'],
      fragments: [frame],
    });

    expect(lying.pixels).toEqual((await read(picture)).pixels);
    expect(lying.header.warnings.join()).toMatch(/different compression/);
  });

  it('of another size than the header states are rejected', async () => {
    const stored = new Uint16Array(400).fill(9);
    const frame = await encodeFrame('jpeg-ls', { rows: 20, columns: 20, bitsStored: 12, stored });
    const picture = { rows: 40, columns: 10, bitsStored: 12, stored, fragments: [frame] };

    const reading = read({ ...picture, transferSyntaxUid: LOSSLESS_SYNTAXES['jpeg-ls'] });

    await expect(reading).rejects.toMatchObject({ code: 'PIXELS_CORRUPT' });
  });
});

describe('grey levels', () => {
  it('ignore overlay bits above the stored ones', async () => {
    const plain = {
      bitsStored: 12,
      elements: [['00281050', 'DS', '128'] as const, ['00281051', 'DS', '256'] as const],
    };
    const overlaid = Uint16Array.from([0, 85, 170, 255], (value) => value | 0xf000);

    const pixels = Buffer.from(overlaid.buffer);
    const seen = await grey({ ...plain, elements: [...plain.elements, ['7fe00010', 'OW', pixels]] });

    expect(seen).toEqual(await grey(plain));
  });

  it('come from the stored bits where these do not start at the lowest bit', async () => {
    expect(await grey({ bitsStored: 8, highBit: 15, elements: WINDOW })).toEqual([0, 85, 170, 255]);
  });

  it('are inverted once for MONOCHROME1, even if the presentation shape states it again', async () => {
    const inverse: DicomElement = ['20500020', 'CS', 'INVERSE'];
    const photometricInterpretation = 'MONOCHROME1';

    expect(await grey({ photometricInterpretation, elements: WINDOW })).toEqual([255, 170, 85, 0]);
    expect(await grey({ photometricInterpretation, elements: [...WINDOW, inverse] })).toEqual([
      255, 170, 85, 0,
    ]);
  });

  it('follow the photometric interpretation where the presentation shape contradicts it, with a warning', async () => {
    const identity: DicomElement = ['20500020', 'CS', 'IDENTITY'];

    const seen = await read({ photometricInterpretation: 'MONOCHROME1', elements: [...WINDOW, identity] });

    expect(seen.pixels[0]).toBe(65535);
    expect(seen.header.warnings.join()).toMatch(/contradict/);
  });

  it('are computed with the first of several windows', async () => {
    const elements: DicomElement[] = [
      ['00281050', 'DS', '128\\10'],
      ['00281051', 'DS', '256\\20'],
    ];

    expect(await grey({ elements })).toEqual([0, 85, 170, 255]);
  });

  it('are computed with a Modality LUT and a VOI LUT sequence', async () => {
    const modality: DicomElement = [
      '00283000',
      'SQ',
      [[['00283002', 'US', [4, 10, 8]] as const, ['00283006', 'US', [0, 1, 2, 3]] as const]],
    ];
    const voi: DicomElement = [
      '00283010',
      'SQ',
      [[['00283002', 'US', [4, 0, 8]] as const, ['00283006', 'US', [255, 100, 50, 0]] as const]],
    ];

    const seen = await grey({ stored: [0, 11, 12, 200], elements: [modality, voi, ...WINDOW] });

    expect(seen).toEqual([255, 100, 50, 0]);
  });

  it('of a deep picture without a window fill the range, regardless of its black border', async () => {
    const stored = Array.from({ length: 10_000 }, (_, i) => (i < 4000 ? 0 : 1000 + (i % 1000)));

    const seen = await read({ rows: 100, columns: 100, bitsStored: 16, stored });

    const anatomy = seen.pixels.subarray(4000);
    expect(anatomy.filter((value) => value < 6554).length / anatomy.length).toBeCloseTo(0.1, 1);
    expect(anatomy.filter((value) => value > 58981).length / anatomy.length).toBeCloseTo(0.1, 1);
    expect(seen.header.warnings.join()).toMatch(/no window/);
  });

  it('of a colour picture are its luma, interleaved or in planes', async () => {
    const picture = {
      rows: 1,
      columns: 2,
      bitsAllocated: 8,
      samplesPerPixel: 3,
      photometricInterpretation: 'RGB',
    } as const;
    const planes: DicomElement = ['00280006', 'US', [1]];

    expect(await grey({ ...picture, stored: [255, 0, 0, 0, 255, 0] })).toEqual([76, 150]);
    expect(await grey({ ...picture, stored: [255, 0, 0, 255, 0, 0], elements: [planes] })).toEqual([76, 150]);
  });

  it('of a palette picture are those of its colours', async () => {
    const descriptor = [3, 0, 8] as const;
    const elements = ['1', '2', '3'].flatMap((colour): DicomElement[] => [
      [`0028110${colour}`, 'US', descriptor],
      [`0028120${colour}`, 'OW', Buffer.from([0, 0, 128, 0, 255, 0])],
    ]);

    const seen = await grey({
      rows: 1,
      columns: 3,
      bitsAllocated: 8,
      stored: [0, 1, 2],
      photometricInterpretation: 'PALETTE COLOR',
      elements,
    });

    expect(seen).toEqual([0, 128, 255]);
  });
});

describe('a file that is not a radiograph', () => {
  it.each([
    [
      'a report',
      { without: ['7fe00010', '00280010'], elements: [['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.22']] },
      'DICOM_NO_PIXELS',
    ],
    ['32-bit pixels', { elements: [['00280100', 'US', [32]]] }, 'PIXELS_UNSUPPORTED'],
    ['a film of frames', { elements: [['00280008', 'IS', '3']] }, 'PIXELS_UNSUPPORTED'],
    ['fewer pixels than stated', { rows: 9 }, 'PIXELS_CORRUPT'],
    ['a picture without rows', { rows: 0 }, 'PIXELS_CORRUPT'],
    ['a claim of 4 gigapixels', { rows: 65535, columns: 65535 }, 'IMAGE_TOO_LARGE'],
  ] as const)('is refused by name: %s', async (_, picture, code) => {
    await expect(read(picture)).rejects.toMatchObject({ code });
  });

  it('is rejected before any pixel is decoded when its header is rejected', async () => {
    const bytes = writeDicom({ rows: 1, columns: 1, stored: [], elements: [['00080060', 'CS', 'CT']] });
    const onHeader = (): void => {
      throw new Error('not wanted');
    };

    const reading = readRadiograph(await files.write(bytes), { ...LIMITS, onHeader });

    await expect(reading).rejects.toThrow('not wanted');
  });
});

describe('stored pixels', () => {
  it('are returned without window or inversion', async () => {
    const bytes = writeDicom({
      rows: 1,
      columns: 4,
      bitsStored: 12,
      isSigned: true,
      photometricInterpretation: 'MONOCHROME1',
      stored: [-2048, -1, 0, 2047],
      elements: WINDOW,
    });

    const { pixels } = await readStoredPixels(await files.write(bytes), LIMITS);

    expect([...Int16Array.from(pixels)]).toEqual([-2048, -1, 0, 2047]);
  });
});
