import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRadiograph } from '../../src/radiograph/read-radiograph.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, writeDicom } from '../support/write-dicom.ts';

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

/** PS3.3 C.11.1.1.2, C.11.2.1.2 and C.11.2.1.3, word for word, for one stored value. */
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

it('shows every stored value as the standard says, for any bits, sign, rescale, window and syntax', async () => {
  await fc.assert(
    fc.asyncProperty(layouts, looks, async (layout, look) => {
      const bytes = writeDicom({
        rows: 2,
        columns: 3,
        ...layout,
        photometricInterpretation: look.isInverted ? 'MONOCHROME1' : 'MONOCHROME2',
        elements: [
          ['00281050', 'DS', `${look.center}`],
          ['00281051', 'DS', `${look.width}`],
          ['00281052', 'DS', `${look.intercept}`],
          ['00281053', 'DS', `${look.slope}`],
          ['00281056', 'CS', look.shape],
        ],
      });

      const { radiograph } = await readRadiograph(await files.write(bytes), { maxMegapixels: 1 });

      const expected = layout.stored.map((value) => reference(value, look));
      const worst = expected.map((value, index) => Math.abs(value - (radiograph.pixels[index] ?? NaN)));
      expect(Math.max(...worst)).toBeLessThanOrEqual(0.5 + 1e-6);
    }),
    { numRuns: 400 },
  );
});
