import { drawPhantom } from '../../src/phantom/draw-phantom.ts';
import { writeDicom, type DicomElement, type DicomPicture } from './write-dicom.ts';

export const COLUMNS = 250;
export const ROWS = 350;
/** A forearm of 12 bits whose values fill nearly the full range. */
export const FOREARM: Uint16Array = scaled();

/** The window of all 12 bits. */
export const FULL_WINDOW: readonly DicomElement[] = windowOf('2048', '4096');

export function windowOf(center: string, width: string): readonly DicomElement[] {
  return [
    ['00281050', 'DS', center],
    ['00281051', 'DS', width],
  ];
}

/** A VOI LUT Sequence of 16-bit entries; the descriptor may state other numbers than the data has. */
export function voiLut(
  entries: readonly number[],
  { count = entries.length, first = 0, bits = 12 }: { count?: number; first?: number; bits?: number } = {},
): DicomElement {
  return ['00283010', 'SQ', [lutItem(entries, { count, first, bits })]];
}

export function lutItem(
  entries: readonly number[],
  { count, first, bits }: { readonly count: number; readonly first: number; readonly bits: number },
): readonly DicomElement[] {
  return [
    ['00283002', 'US', [count, first, bits]],
    ['00283006', 'OW', wordsOf(entries)],
  ];
}

export function wordsOf(values: ArrayLike<number>): Buffer {
  const words = Uint16Array.from(values);
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

/** The phantom as a DX file of 12 bits; set only what matters. */
export function phantomFile(picture: Partial<DicomPicture> = {}): Buffer {
  return writeDicom({ rows: ROWS, columns: COLUMNS, stored: FOREARM, bitsStored: 12, ...picture });
}

function scaled(): Uint16Array {
  const { pixels } = drawPhantom({
    kind: 'forearm',
    isFractured: true,
    seed: 7,
    width: COLUMNS,
    height: ROWS,
  });
  const highest = pixels.reduce((max, value) => Math.max(max, value), 0);
  return pixels.map((value) => Math.round((value * 4095) / highest));
}
