import type { PixelDescription } from '../dicom/pixel-description.ts';
import type { Codestream } from './codestream.ts';

/** Where the value of a sample is, and whether it is two's complement. */
export interface SampleLayout {
  readonly bits: number;
  readonly shift: number;
  readonly isSigned: boolean;
}

interface DecodedStream {
  readonly samples: Uint8Array | Uint16Array;
  readonly codestream: Pick<Codestream, 'kind' | 'bits' | 'isSigned'>;
}

/** Lossy JPEG of 12 bits exceeds the values that it was made from a little; GDCM masks these pixels. */
const MAX_OVERSHOOT_SHARE = 0.001;

/** Enough neighbours to compare two ways of reading a picture. */
const MAX_COMPARED_PIXELS = 2 ** 18;

/**
 * How the samples of a decompressed grey picture are read where the header and the stream disagree on bits or sign:
 * as the header states if all values fit that, otherwise as the stream states. An unsigned stream of signed pixels is
 * read in the way in which neighbouring pixels differ less. Calls `warn` where the header has too few bits.
 */
export function layoutOfStream(
  { samples, codestream }: DecodedStream,
  description: PixelDescription,
  warn: (warning: string) => void,
): SampleLayout {
  const { bits, isSigned } = codestream;
  const header = layoutOf(description);
  if (header.shift > 0 && header.bits + header.shift <= bits) return header;
  const inHeader = { ...header, shift: 0, bits: Math.min(header.bits, bits > 8 ? 16 : 8) };
  if (isSigned === false && header.isSigned) {
    return { bits, shift: 0, isSigned: isSmootherSigned(samples, bits, description.columns) };
  }
  if (isSigned === true && !header.isSigned) {
    const fitsHeader = outsiders(samples, { bits, isSigned: true }, header) === 0;
    return fitsHeader ? inHeader : { bits, shift: 0, isSigned };
  }
  if (bits <= header.bits || description.hasOverlayBits) return inHeader;
  const isLossy = codestream.kind === 'jpeg' && bits === 12;
  const tolerated = isLossy ? samples.length * MAX_OVERSHOOT_SHARE : 0;
  // Two's complement of the header's bits has patterns that fit these bits.
  const fitsPattern =
    isSigned === null &&
    outsiders(samples, { bits, isSigned: false }, { bits: header.bits, isSigned: false }) <= tolerated;
  if (fitsPattern || outsiders(samples, { bits, isSigned: header.isSigned }, header) <= tolerated) {
    return inHeader;
  }
  warn('The compressed picture has more bits than the header states; all of them were read.');
  return { bits, shift: 0, isSigned: header.isSigned };
}

/** The layout that the header states. */
export function layoutOf({ bitsStored, highBit, isSigned }: PixelDescription): SampleLayout {
  return { bits: bitsStored, shift: highBit + 1 - bitsStored, isSigned };
}

/** How many samples, read in one way, have values that another way cannot hold. */
function outsiders(
  samples: DecodedStream['samples'],
  { bits, isSigned }: Omit<SampleLayout, 'shift'>,
  other: Omit<SampleLayout, 'shift'>,
): number {
  const mask = 2 ** bits - 1;
  const half = isSigned ? 2 ** (bits - 1) : Infinity;
  const low = other.isSigned ? -(2 ** (other.bits - 1)) : 0;
  const high = low + 2 ** other.bits - 1;
  let count = 0;
  for (const sample of samples) {
    const pattern = sample & mask;
    const value = pattern >= half ? pattern - mask - 1 : pattern;
    if (value < low || value > high) count += 1;
  }
  return count;
}

/** Read with the wrong sign, a picture jumps by the whole range wherever it passes half of it, or 0. */
function isSmootherSigned(samples: DecodedStream['samples'], bits: number, columns: number): boolean {
  const half = 2 ** (bits - 1);
  const mask = 2 * half - 1;
  const rows = Math.max(1, Math.floor(samples.length / columns));
  const step = Math.max(1, Math.ceil((rows * columns) / MAX_COMPARED_PIXELS));
  let unsigned = 0;
  let signed = 0;
  for (let row = 0; row < rows; row += step) {
    let before = (samples[row * columns] ?? 0) & mask;
    for (let index = row * columns + 1; index < (row + 1) * columns; index += 1) {
      const pattern = (samples[index] ?? 0) & mask;
      unsigned += Math.abs(pattern - before);
      // Exchanging the halves gives the order of two's complement.
      signed += Math.abs((pattern ^ half) - (before ^ half));
      before = pattern;
    }
  }
  return signed < unsigned;
}
