import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRadiograph } from '../../../src/radiograph/read-radiograph.ts';
import { temporaryFiles, type TemporaryFiles } from '../../support/temporary-file.ts';
import { encodeFrame, LOSSLESS_SYNTAXES, type LosslessSyntax } from '../../support/encode-frame.ts';
import {
  BIG_ENDIAN,
  DEFLATED,
  EXPLICIT,
  IMPLICIT,
  writeDicom,
  type DicomElement,
  type DicomPicture,
} from '../../support/write-dicom.ts';

interface Look {
  readonly slope: number;
  readonly intercept: number;
  readonly center: number;
  readonly width: number;
  readonly shape: string;
  readonly isInverted: boolean;
}

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
});

afterAll(() => files[Symbol.asyncDispose]());

/** PS3.3 C.11.1.1.2, C.11.2.1.2 and C.11.2.1.3, implemented literally, for one stored value. */
function reference(stored: number, { slope, intercept, center, width, shape, isInverted }: Look): number {
  const x = stored * slope + intercept;
  let y = 0;
  if (shape === 'SIGMOID') y = 1 / (1 + Math.exp((-4 * (x - center)) / width));
  else if (shape === 'LINEAR_EXACT') {
    y = x <= center - width / 2 ? 0 : x > center + width / 2 ? 1 : (x - center) / width + 0.5;
  } else if (x <= center - 0.5 - (width - 1) / 2) y = 0;
  else if (x > center - 0.5 + (width - 1) / 2) y = 1;
  else y = (x - (center - 0.5)) / (width - 1) + 0.5;
  return (isInverted ? 1 - y : y) * 65535;
}

const looks = fc.record({
  slope: fc.constantFrom(1, 0.5, 2, -1, 0.25),
  intercept: fc.integer({ min: -2000, max: 2000 }),
  center: fc.integer({ min: -3000, max: 9000 }),
  width: fc.integer({ min: 1, max: 20_000 }),
  shape: fc.constantFrom('LINEAR', 'LINEAR_EXACT', 'SIGMOID'),
  isInverted: fc.boolean(),
});

const layouts = fc
  .record({
    bitsStored: fc.integer({ min: 6, max: 16 }),
    spare: fc.nat({ max: 4 }),
    isSigned: fc.boolean(),
    transferSyntaxUid: fc.constantFrom(IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN),
    values: fc.array(fc.nat({ max: 65535 }), { minLength: 6, maxLength: 6 }),
  })
  .map(({ bitsStored, spare, isSigned, values, transferSyntaxUid }) => ({
    bitsStored,
    highBit: Math.min(15, bitsStored - 1 + spare),
    isSigned,
    transferSyntaxUid,
    stored: values.map((value) => (value % 2 ** bitsStored) - (isSigned ? 2 ** (bitsStored - 1) : 0)),
  }));

function elementsOf(look: Look): DicomElement[] {
  return [
    ['00281050', 'DS', `${look.center}`],
    ['00281051', 'DS', `${look.width}`],
    ['00281052', 'DS', `${look.intercept}`],
    ['00281053', 'DS', `${look.slope}`],
    ['00281056', 'CS', look.shape],
  ];
}

/** The largest deviation of the display pixels from the reference. */
async function worstOf(picture: DicomPicture, stored: readonly number[], look: Look): Promise<number> {
  const bytes = writeDicom({
    ...picture,
    photometricInterpretation: look.isInverted ? 'MONOCHROME1' : 'MONOCHROME2',
    elements: elementsOf(look),
  });
  const { radiograph } = await readRadiograph(await files.write(bytes), { maxMegapixels: 1 });
  const expected = stored.map((value) => reference(value, look));
  return Math.max(...expected.map((value, index) => Math.abs(value - (radiograph.pixels[index] ?? NaN))));
}

it('every stored value is displayed as the standard defines, for any bits, sign, rescale, window and syntax', async () => {
  await fc.assert(
    fc.asyncProperty(layouts, looks, async (layout, look) => {
      const worst = await worstOf({ rows: 2, columns: 3, ...layout }, layout.stored, look);

      expect(worst).toBeLessThanOrEqual(0.5 + 1e-6);
    }),
    { numRuns: 400 },
  );
});

it(
  'every stored value is displayed correctly after any lossless compression',
  { timeout: 120_000 },
  async () => {
    const side = 16;
    const syntaxes = fc.constantFrom(...(Object.keys(LOSSLESS_SYNTAXES) as LosslessSyntax[]));
    const depths = fc.integer({ min: 8, max: 16 });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(syntaxes, depths, fc.boolean(), fc.nat()),
        looks,
        async ([syntax, bitsStored, isSigned, seed], look) => {
          // The encoder clips negative samples of 8 bits; pydicom reads 127 in their place too.
          fc.pre(!(syntax === 'jpeg 2000' && bitsStored === 8 && isSigned));
          const values = Array.from({ length: side * side }, (_, index) => {
            const pattern = (seed + index * index * 31 + index * 7) % 2 ** bitsStored;
            return isSigned ? pattern - 2 ** (bitsStored - 1) : pattern;
          });
          const mask = 2 ** bitsStored - 1;
          const isJpeg2000 = /2000|htj2k/.test(syntax);
          // The other formats are unsigned: they preserve the pattern of the stored bits.
          const patterns = values.map((value) => (isJpeg2000 ? value : value & mask));
          const stored = bitsStored === 8 ? Uint8Array.from(patterns) : Uint16Array.from(patterns);
          const bitsAllocated = bitsStored === 8 ? 8 : 16;
          const picture = { rows: side, columns: side, bitsStored, bitsAllocated, isSigned } as const;
          const frame = await encodeFrame(syntax, { ...picture, stored, isSigned: isSigned && isJpeg2000 });
          const transferSyntaxUid = LOSSLESS_SYNTAXES[syntax];

          const file = { ...picture, stored: [], fragments: [frame], transferSyntaxUid };
          expect(await worstOf(file, values, look)).toBeLessThanOrEqual(0.5 + 1e-6);
        },
      ),
      { numRuns: 150 },
    );
  },
);
