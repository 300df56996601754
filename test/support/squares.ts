import { encodePng } from '../../src/radiograph/pictures/raster-codec.ts';
import { writeDicom, type DicomElement } from './write-dicom.ts';

const SIDE = 128;

/** The same as a DICOM image of a study. */
export function squareDicom(
  number: number,
  {
    isFractured,
    study,
    elements = [],
  }: { readonly isFractured: boolean; readonly study: number; readonly elements?: readonly DicomElement[] },
): Buffer {
  return writeDicom({
    rows: SIDE,
    columns: SIDE,
    stored: squarePixels(number, isFractured),
    bitsAllocated: 8,
    elements: [
      ['00080018', 'UI', `1.2.3.${study}.${number + 1}`],
      ['0020000d', 'UI', `1.2.3.${study}`],
      ['00180015', 'CS', 'WRIST'],
      ...elements,
    ],
  });
}

/**
 * A small PNG with or without a fracture for the tiny model (a white square); a different picture for each number.
 */
export async function squarePng(
  number: number,
  { isFractured }: { readonly isFractured: boolean },
): Promise<Buffer> {
  return encodePng({ width: SIDE, height: SIDE, pixels: squarePixels(number, isFractured) });
}

function squarePixels(number: number, isFractured: boolean): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE).fill(8);
  // Encodes the number in dark greys below every threshold.
  for (let bit = 0; bit < 16; bit += 1) pixels[bit] = (number >> bit) & 1 ? 60 : 20;
  if (isFractured) {
    const [left, top] = [(number % 8) * 16, 16 + (number % 7) * 16];
    for (let y = top; y < top + 16; y += 1) pixels.fill(255, y * SIDE + left, y * SIDE + left + 16);
  }
  return pixels;
}
