import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeRaster } from '../../../../src/radiograph/pictures/raster-codec.ts';
import { runBonewatch } from '../../../support/run-bonewatch.ts';
import { sharedData } from '../../../support/shared-data.ts';

interface Expected {
  readonly file: string;
  readonly photometricInterpretation: string;
  readonly bitsAllocated: number;
  readonly storedPixelsSha256: string;
}

const real = sharedData('dicom/real');
/** Lossless versions of one picture, written by hospital systems. */
const LOSSLESS = ['UNC', 'JPLL', 'JLSL', 'J2KR', 'RLE'];

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function losslessOnes(): Expected[] {
  if (real === null) return [];
  const all = JSON.parse(readFileSync(`${real}/expected.json`, 'utf8')) as Expected[];
  return all.filter(
    ({ file, photometricInterpretation }) =>
      photometricInterpretation.startsWith('MONOCHROME') && !/JLSN|J2KI|JPLY/.test(file),
  );
}

async function rendered(file: string, ...options: string[]): Promise<Buffer> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bonewatch-render-'));
  const out = join(folder.path, 'out.png');
  const { status, stderr } = await runBonewatch(['render', file, ...options, '--out', out]);
  expect(status, stderr).toBe(0);
  return await readFile(out);
}

describe.skipIf(real === null)('render, of real files', { timeout: 60_000 }, () => {
  it.each(losslessOnes())(
    'render --raw writes the same stored pixels as other software reads: $file',
    async (expected) => {
      const png = await rendered(`${real}/${expected.file}`, '--raw');

      const { pixels } = await decodeRaster(png, () => {});
      const bytes = expected.bitsAllocated === 8 ? Uint8Array.from(pixels) : Buffer.from(pixels.buffer);
      expect(sha256(bytes)).toBe(expected.storedPixelsSha256);
    },
  );

  it.each(['RG2', 'RG3'])('render writes the same PNG for every lossless syntax of %s', async (name) => {
    for (const options of [['--bits', '8'], ['--bits', '16'], ['--raw']]) {
      const hashes = new Set<string>();
      for (const syntax of LOSSLESS) {
        hashes.add(sha256(await rendered(`${real}/${name}_${syntax}.dcm`, ...options)));
      }
      expect(hashes.size, options.join(' ')).toBe(1);
    }
  });
});
