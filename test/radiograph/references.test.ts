import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRadiograph, readStoredPixels } from '../../src/radiograph/read-radiograph.ts';
import { REFERENCE_CASES, writeReferenceCases, type ReferenceCase } from '../support/reference-cases.ts';
import { sharedData } from '../support/shared-data.ts';
import { temporaryFiles, type TemporaryFiles } from '../support/temporary-file.ts';
import { toolAvailable } from '../support/tool-available.ts';

interface Golden {
  readonly tool: string;
  readonly shown: Readonly<Record<string, readonly number[]>>;
}

interface RealFile {
  readonly file: string;
  readonly storedSha256: string | null;
  readonly shown?: readonly { readonly at: number; readonly grey: number }[];
}

interface RealFiles {
  readonly tools: readonly string[];
  readonly files: readonly RealFile[];
}

/** One of 65535; pydicom implements the standard literally. */
const ROUNDING = 1;
/** DCMTK rounds after the Modality LUT and treats LINEAR_EXACT as LINEAR: an eighth of an 8-bit grey level. */
const DCMTK_ROUNDING = 32;
/** One 8-bit grey level: lossy JPEG decoders may differ by one stored value. */
const GREY_LEVEL = 257;
/** pydicom 3 reads the lowest stored bits and ignores High Bit. */
const NOT_BY_PYDICOM = new Set(['high bit 15']);

const LIMITS = { maxMegapixels: 64 };
const dcmtk = golden('dcmtk.json') as Golden;
const pydicom = golden('pydicom.json') as Golden;
const recorded = golden('real-files.json') as RealFiles;
const real = sharedData('dicom/real');
const hasDcmtk = toolAvailable('dcm2pnm', 'the picture that the installed DCMTK shows');

let files: TemporaryFiles;

beforeAll(async () => {
  files = await temporaryFiles();
  await writeReferenceCases(files.folder);
});

afterAll(() => files[Symbol.asyncDispose]());

function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'));
}

function pathOf({ name }: ReferenceCase): string {
  return join(files.folder, `${REFERENCE_CASES.findIndex((each) => each.name === name)}.dcm`);
}

async function shown(reference: ReferenceCase): Promise<Uint16Array> {
  const { windowIndex = 0 } = reference;
  return (await readRadiograph(pathOf(reference), { ...LIMITS, windowIndex })).radiograph.pixels;
}

function worst(a: ArrayLike<number>, b: ArrayLike<number> | undefined): number {
  if (a.length !== b?.length) return Infinity;
  return Array.from(a).reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN))), 0);
}

describe(`a picture rendered by ${pydicom.tool}`, () => {
  const cases = REFERENCE_CASES.filter(({ name }) => !NOT_BY_PYDICOM.has(name));

  it.each(cases)('has the same display pixels here: $name', async (reference) => {
    expect(worst(await shown(reference), pydicom.shown[reference.name])).toBeLessThanOrEqual(ROUNDING);
  });
});

describe(`a picture rendered by ${dcmtk.tool}`, () => {
  it.each([...REFERENCE_CASES])('has the same display pixels here: $name', async (reference) => {
    expect(worst(await shown(reference), dcmtk.shown[reference.name])).toBeLessThanOrEqual(DCMTK_ROUNDING);
  });
});

describe.skipIf(!hasDcmtk)('a picture that the installed DCMTK shows', () => {
  it.each([...REFERENCE_CASES])('has the same display pixels here: $name', async (reference) => {
    const choice = reference.name.startsWith('VOI LUT') ? '+Wl' : '+Wi';
    const pgm = join(files.folder, 'shown.pgm');

    const args = ['-q', choice, `${(reference.windowIndex ?? 0) + 1}`, '+opw', pathOf(reference), pgm];
    await promisify(execFile)('dcm2pnm', args);

    const [, , , top, ...values] = (await readFile(pgm, 'utf8')).replace(/#.*/g, '').split(/\s+/);
    const grey = values.filter((value) => value !== '').map((value) => (Number(value) * 65535) / Number(top));
    expect(worst(await shown(reference), grey)).toBeLessThanOrEqual(DCMTK_ROUNDING + 1);
  });
});

describe.skipIf(real === null)(
  `a radiograph of a public collection, by ${recorded.tools.join(' and ')}`,
  () => {
    it.each(recorded.files.filter(({ storedSha256 }) => storedSha256 !== null))(
      'has the same stored pixels here: $file',
      async ({ file, storedSha256 }) => {
        const { pixels } = await readStoredPixels(`${real}/${file}`, LIMITS);

        const hashes = [pixels, Uint8Array.from(pixels)].map((bytes) =>
          createHash('sha256').update(bytes).digest('hex'),
        );
        expect(hashes).toContain(storedSha256);
      },
    );

    it.each(recorded.files.filter(({ shown }) => shown !== undefined))(
      'has the same display pixels here: $file',
      async ({ file, shown: expected = [] }) => {
        const { radiograph } = await readRadiograph(`${real}/${file}`, LIMITS);

        const here = expected.map(({ at }) => radiograph.pixels[at] ?? NaN);
        expect(
          worst(
            here,
            expected.map(({ grey }) => grey),
          ),
        ).toBeLessThanOrEqual(GREY_LEVEL);
      },
    );
  },
);
