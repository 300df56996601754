import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Radiograph } from '../../../src/contract/radiograph.ts';
import { readRadiograph } from '../../../src/radiograph/read-radiograph.ts';
import { encodeFrame, LOSSLESS_SYNTAXES, type LosslessSyntax } from '../../support/encode-frame.ts';
import { COLUMNS, FOREARM, FULL_WINDOW, phantomFile, ROWS, windowOf } from '../../support/phantom-file.ts';
import { temporaryFiles, type TemporaryFiles } from '../../support/temporary-file.ts';
import type { DicomElement } from '../../support/write-dicom.ts';

const LIMITS = { maxMegapixels: 64 };
const SIGN =
  'The header and the compressed picture disagree on the sign of pixels; what fits the pixels was followed.';
const DEEPER = 'The compressed picture has more bits than the header states; all of them were read.';
/** One of 4095 levels. */
const ONE_LEVEL = 16;
/** Values around 0 in the same window. */
const CENTERED = FOREARM.map((value) => value - 2048);
const CENTERED_WINDOW = windowOf('0', '4096');

interface Stream {
  readonly stored: Uint16Array;
  readonly bits: number;
  readonly isSigned?: boolean;
}

interface Header {
  readonly bits: number;
  readonly isSigned?: boolean;
  readonly bitsAllocated?: 8 | 16;
  readonly elements?: readonly DicomElement[];
}

let files: TemporaryFiles;
let right: Radiograph;

beforeAll(async () => {
  files = await temporaryFiles();
  right = await read(phantomFile({ elements: FULL_WINDOW }));
});

afterAll(() => files[Symbol.asyncDispose]());

async function read(bytes: Buffer): Promise<Radiograph> {
  return (await readRadiograph(await files.write(bytes), LIMITS)).radiograph;
}

async function compressed(syntax: LosslessSyntax, stream: Stream, header: Header): Promise<Radiograph> {
  const { stored, bits: bitsStored, isSigned = false } = stream;
  const frame = await encodeFrame(syntax, { rows: ROWS, columns: COLUMNS, bitsStored, stored, isSigned });
  return read(
    phantomFile({
      fragments: [frame],
      transferSyntaxUid: LOSSLESS_SYNTAXES[syntax],
      bitsStored: header.bits,
      isSigned: header.isSigned ?? false,
      bitsAllocated: header.bitsAllocated ?? 16,
      elements: header.elements ?? FULL_WINDOW,
    }),
  );
}

function worst({ pixels }: Radiograph): number {
  return pixels.reduce((most, value, at) => Math.max(most, Math.abs(value - (right.pixels[at] ?? NaN))), 0);
}

describe('a JPEG 2000 picture whose header states other bits or another sign', () => {
  const unsigned = { stored: FOREARM, bits: 12 };
  const signed = { stored: CENTERED, bits: 12, isSigned: true };
  const deep = { stored: FOREARM.map((value) => value * 16), bits: 16 };
  const patterns = CENTERED.map((value) => value & 0xfff);

  it.each([
    [
      'a signed stream of 16 bits under 12 unsigned',
      { ...unsigned, bits: 16, isSigned: true },
      { bits: 12 },
      [SIGN],
    ],
    ['a stream of 16 bits under 12', deep, { bits: 12, elements: windowOf('32768', '65536') }, [DEEPER]],
    ['12-bit values in a stream of 16 bits under 12', { ...unsigned, bits: 16 }, { bits: 12 }, []],
    ['a stream of 12 bits under 16', unsigned, { bits: 16 }, []],
    ['a stream of 12 bits under 8 allocated', unsigned, { bits: 8, bitsAllocated: 8 }, [DEEPER]],
    ['an unsigned stream of 12 bits under 12 signed', unsigned, { bits: 12, isSigned: true }, [SIGN]],
    [
      'an unsigned stream of 16 bits under 12 signed',
      { ...unsigned, bits: 16 },
      { bits: 12, isSigned: true },
      [SIGN],
    ],
    [
      "two's complement in an unsigned stream of 12 bits under 12 signed",
      { stored: patterns, bits: 12 },
      { bits: 12, isSigned: true, elements: CENTERED_WINDOW },
      [SIGN],
    ],
    [
      "two's complement in an unsigned stream of 16 bits under 16 signed",
      { stored: CENTERED, bits: 16 },
      { bits: 16, isSigned: true, elements: CENTERED_WINDOW },
      [SIGN],
    ],
    ['a signed stream of 12 bits under 12 unsigned', signed, { bits: 12, elements: CENTERED_WINDOW }, [SIGN]],
    ['a signed stream of 12 bits under 16 unsigned', signed, { bits: 16, elements: CENTERED_WINDOW }, [SIGN]],
    [
      'a signed stream of 16 bits under 12 signed',
      { ...signed, bits: 16 },
      { bits: 12, isSigned: true, elements: CENTERED_WINDOW },
      [],
    ],
  ] as const)('is displayed like the right one: %s', async (_, stream, header, warnings) => {
    const shown = await compressed('jpeg 2000', stream, header);

    expect(worst(shown)).toBeLessThanOrEqual(ONE_LEVEL);
    expect(shown.header.warnings).toEqual(warnings);
    expect(shown.header.isPictureUncertain).toBe(false);
  });
});

describe('a picture of another compression whose header states other bits', () => {
  const deep = { stored: FOREARM.map((value) => value * 16), bits: 16 };

  it.each(['jpeg lossless', 'jpeg-ls', 'htj2k'] as const)(
    'is displayed like the right one: %s',
    async (syntax) => {
      const elements = windowOf('32768', '65536');
      const deeper = await compressed(syntax, deep, { bits: 12, elements });
      const narrow = await compressed(syntax, { stored: FOREARM, bits: 12 }, { bits: 8, bitsAllocated: 8 });

      expect([worst(deeper), worst(narrow)].every((difference) => difference <= ONE_LEVEL)).toBe(true);
      expect([deeper.header.warnings, narrow.header.warnings]).toEqual([[DEEPER], [DEEPER]]);
    },
  );

  it("is read as two's complement of the header's bits if its patterns fit them", async () => {
    const stored = CENTERED.map((value) => value & 0xfff);
    const shown = await compressed(
      'jpeg lossless',
      { stored, bits: 16 },
      { bits: 12, isSigned: true, elements: CENTERED_WINDOW },
    );

    expect(worst(shown)).toBeLessThanOrEqual(ONE_LEVEL);
    expect(shown.header.warnings).toEqual([]);
  });

  it('is read without the bits above the stored ones if the header states that they hold an overlay', async () => {
    const stored = FOREARM.map((value, at) => (at % 7 === 0 ? value | 0x1000 : value));
    const overlay: DicomElement[] = [
      ['60000100', 'US', [16]],
      ['60000102', 'US', [12]],
    ];
    const shown = await compressed(
      'jpeg lossless',
      { stored, bits: 16 },
      { bits: 12, elements: [...FULL_WINDOW, ...overlay] },
    );

    expect(worst(shown)).toBe(0);
  });
});
