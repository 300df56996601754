import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toGrey8 } from '../../src/radiograph/pixels/grey8.ts';
import { inspectFile } from '../../src/radiograph/inspect-file.ts';
import { readPicture, readRadiograph, readStoredPixels } from '../../src/radiograph/read-radiograph.ts';
import { sharedData } from '../support/shared-data.ts';

interface Labelled {
  readonly file: string;
  readonly source: string;
}

interface Expected {
  readonly file: string;
  readonly photometricInterpretation: string;
  readonly bitsAllocated: number;
  readonly storedPixelsSha256: string;
  readonly decodedWith: string;
}

const LIMITS = { maxMegapixels: 64 };
const dicom = sharedData('dicom');
const photos = sharedData('fracatlas/images');

function list<T>(path: string): T[] {
  return dicom === null ? [] : (JSON.parse(readFileSync(`${dicom}/${path}`, 'utf8')) as T[]);
}

function sha256(bytes: Uint8Array | Uint16Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i += 1) worst = Math.max(worst, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return worst;
}

/** Peak signal to noise, in dB, of display pixels. */
function psnr(a: Uint16Array, b: Uint16Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return 10 * Math.log10(65535 ** 2 / (sum / a.length));
}

async function pixelsOf(name: string): Promise<Uint16Array> {
  return (await readRadiograph(`${dicom}/real/${name}`, LIMITS)).radiograph.pixels;
}

describe.skipIf(dicom === null || photos === null)('a radiograph that exists as DICOM and as JPEG', () => {
  it.each(list<Labelled>('labelled/truth.json'))(
    'has the same display pixels in both formats: $file',
    async ({ file, source }) => {
      const asDicom = await readRadiograph(`${dicom}/labelled/${file}`, LIMITS);
      const asJpeg = await readRadiograph(`${photos}/${source}`, LIMITS);

      expect(difference(toGrey8(asDicom.radiograph), toGrey8(asJpeg.radiograph))).toBeLessThanOrEqual(1);
      expect(asDicom.radiograph.header.bodyPart).not.toBeNull();
      expect(asDicom.radiograph.header.warnings).toEqual([]);
    },
  );
});

describe.skipIf(dicom === null)('a radiograph of a public collection', () => {
  const grey = list<Expected>('real/expected.json').filter(({ photometricInterpretation }) =>
    photometricInterpretation.startsWith('MONOCHROME'),
  );

  it.each(grey)('has the stored pixels that $decodedWith reads: $file', async (expected) => {
    const path = `${dicom}/real/${expected.file}`;

    const { pixels } = await readStoredPixels(path, LIMITS);
    const inspection = await inspectFile(path);

    const bytes = expected.bitsAllocated === 8 ? Uint8Array.from(pixels) : pixels;
    expect(sha256(bytes)).toBe(expected.storedPixelsSha256);
    expect(inspection).toMatchObject({ format: 'dicom', isWhole: true });
  });

  it.each(['RG2', 'RG3'])(
    'has the same display pixels in every lossless syntax, and nearly the same in lossy ones: %s',
    async (name) => {
      const plain = await pixelsOf(`${name}_UNC.dcm`);

      for (const syntax of ['JPLL', 'JLSL', 'J2KR', 'RLE']) {
        expect(sha256(await pixelsOf(`${name}_${syntax}.dcm`)), syntax).toBe(sha256(plain));
      }
      for (const syntax of ['JLSN', 'J2KI', 'JPLY']) {
        expect(psnr(await pixelsOf(`${name}_${syntax}.dcm`), plain), syntax).toBeGreaterThan(40);
      }
    },
  );

  it('is converted to the luma of its colours when it is a colour JPEG', async () => {
    const { radiograph } = await readRadiograph(`${dicom}/real/jpeg-baseline.dcm`, LIMITS);

    expect([radiograph.width, radiograph.height]).toEqual([1296, 2421]);
    expect(new Set(toGrey8(radiograph)).size).toBeGreaterThan(200);
  });
});

describe.skipIf(dicom === null || photos === null)('a radiograph as its modality shows it', () => {
  const folders = [`${dicom}/real`, `${dicom}/labelled`, `${photos}`];
  const paths = folders.flatMap((folder, index) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => /\.(dcm|jpg)$/.test(name))
      // Each of the 3,083 photographs takes 50 ms.
      .filter((_, at) => index < 2 || at % 50 === 0)
      .map((name) => join(folder, name)),
  );

  it('uses enough of the grey scale', { timeout: 120_000 }, async () => {
    const uncertain: string[] = [];
    for (const path of paths) {
      using shown = await readPicture(path, LIMITS);
      if (shown.header.isPictureUncertain !== false) uncertain.push(path);
    }

    expect(paths.length).toBeGreaterThan(90);
    expect(uncertain).toEqual([]);
  });
});
