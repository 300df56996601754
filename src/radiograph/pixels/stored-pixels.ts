import type { DataSet } from 'dicom-parser';
import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import { readCodestream, type Codestream } from './codestream.ts';
import { decodeRle } from './decode-rle.ts';
import { bytesOf } from '../dicom/dicom-values.ts';
import { decodeFrame } from './native-codecs.ts';
import type { ParsedDicom } from '../dicom/parse-dicom.ts';
import type { PixelDescription } from '../dicom/pixel-description.ts';
import { layoutOf, layoutOfStream } from './stream-layout.ts';

/** Stored samples: patterns of `bitsAllocated` bits, not yet shifted, masked or sign-extended. */
export interface StoredPixels {
  readonly samples: Uint8Array | Uint16Array;
  readonly samplesPerPixel: 1 | 3;
  readonly isPlanar: boolean;
  /** The bits that hold the value, from `shift` upwards. */
  readonly bits: number;
  readonly shift: number;
  readonly isSigned: boolean;
  /** Whether three samples are luma and chroma; else red, green, blue. */
  readonly isYbr: boolean;
}

const PIXEL_DATA = 'x7fe00010';
const RLE = '1.2.840.10008.1.2.5';
/** The compression of each compressed syntax; the JPEG processes not listed decode to the same pixels. */
const PROMISED: readonly (readonly [RegExp, Codestream['kind']])[] = [
  [/^1\.2\.840\.10008\.1\.2\.4\.(5\d|6\d|70)$/, 'jpeg'],
  [/^1\.2\.840\.10008\.1\.2\.4\.8[01]$/, 'jpeg-ls'],
  [/^1\.2\.840\.10008\.1\.2\.4\.9[01]$/, 'jpeg-2000'],
  [/^1\.2\.840\.10008\.1\.2\.4\.20[1-3]$/, 'ht-jpeg-2000'],
];
/** Names for the error message. */
const UNREADABLE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^1\.2\.840\.10008\.1\.2\.4\.11[0-2]$/, 'JPEG XL'],
  [/^1\.2\.840\.10008\.1\.2\.4\.10\d(\.1)?$/, 'MPEG video'],
  [/^1\.2\.840\.10008\.1\.2\.4\.9[2-5]$/, 'JPEG 2000 of several components or by reference'],
  [/^1\.2\.840\.10008\.1\.2\.4\.20[45]$/, 'HTJ2K by reference'],
  [/^1\.2\.840\.10008\.1\.2\.7\./, 'SMPTE video'],
  [/^1\.2\.840\.10008\.1\.2\.8\.1$/, 'deflated frames'],
];
/** Native, RLE, JPEG, JPEG-LS, JPEG 2000 and HTJ2K syntaxes; the stream of any other UID is sniffed. */
const READABLE = /^1\.2\.840\.10008\.1\.2(\.1|\.1\.99|\.2|\.5|\.4\.(5\d|6\d|70|8[01]|9[01]|20[1-3]))?$/;

/**
 * Reads the stored values of a data set's one frame. The pixel data overrides the transfer syntax of the header.
 * Throws PIXELS_CORRUPT, DICOM_TRUNCATED, PIXELS_UNSUPPORTED or TRANSFER_SYNTAX_UNSUPPORTED.
 */
export async function readSamples(
  dicom: ParsedDicom,
  description: PixelDescription,
  warn: (warning: string) => void,
): Promise<StoredPixels> {
  const isEncapsulated = dicom.dataSet.elements[PIXEL_DATA]?.encapsulatedPixelData === true;
  if (!isEncapsulated) return readNative(dicom, description, warn);
  const frame = joinFragments(dicom.dataSet);
  const isRle = dicom.transferSyntaxUid === RLE && readCodestream(frame) === null;
  try {
    if (isRle) return readRle(frame, description);
    return await readCompressed(frame, dicom.transferSyntaxUid, { description, warn });
  } catch (cause) {
    if (dicom.isWhole || !isBonewatchError(cause, 'PIXELS_CORRUPT')) throw cause;
    throw new BonewatchError('DICOM_TRUNCATED', 'The file ends before its picture does.', { cause });
  }
}

function readNative(
  { dataSet, isBigEndian, transferSyntaxUid }: ParsedDicom,
  description: PixelDescription,
  warn: (warning: string) => void,
): StoredPixels {
  const { rows, columns, samplesPerPixel, bitsAllocated, photometricInterpretation } = description;
  const stored = bytesOf(dataSet, PIXEL_DATA) ?? Buffer.alloc(0);
  const isSubsampled = photometricInterpretation === 'YBR_FULL_422' && samplesPerPixel === 3;
  const samplesStored = isSubsampled
    ? 2 * Math.ceil(columns / 2) * 2 * rows
    : rows * columns * samplesPerPixel;
  const needed = samplesStored * (bitsAllocated / 8);
  if (stored.length < needed) {
    throw new BonewatchError(
      'PIXELS_CORRUPT',
      `The header asks for ${needed} bytes of pixels, the file holds ${stored.length}.`,
    );
  }
  if (stored.length > needed + 1) warn('The pixel data is longer than the picture; the rest was left out.');
  if (/^1\.2\.840\.10008\.1\.2\.(4\.|5$)/.test(transferSyntaxUid ?? '')) {
    warn(
      'The header names a compressed transfer syntax, but the pixels are uncompressed; they were read as such.',
    );
  }
  const isWordSwapped = isBigEndian && (bitsAllocated === 16 || dataSet.elements[PIXEL_DATA]?.vr === 'OW');
  const bytes = isWordSwapped ? swapped(stored) : stored;
  const picture = bytes.subarray(0, needed);
  const samples = isSubsampled ? lumaOf422(picture, rows, columns) : asSamples(picture, bitsAllocated);
  return {
    ...layoutOf(description),
    isYbr: isYbrOf(description),
    samples,
    samplesPerPixel: isSubsampled ? 1 : samplesPerPixel,
    isPlanar: description.isPlanar,
  };
}

function readRle(frame: Buffer, description: PixelDescription): StoredPixels {
  const { rows, columns, samplesPerPixel, bitsAllocated } = description;
  const size = { pixels: rows * columns, planes: samplesPerPixel, bytesPerSample: bitsAllocated / 8 };
  const samples = asSamples(decodeRle(frame, size), bitsAllocated);
  const isYbr = isYbrOf(description);
  return { ...layoutOf(description), samples, samplesPerPixel, isPlanar: true, isYbr };
}

async function readCompressed(
  frame: Buffer,
  transferSyntaxUid: string | null,
  { description, warn }: { description: PixelDescription; warn: (warning: string) => void },
): Promise<StoredPixels> {
  const codestream = requireCodestream(frame, transferSyntaxUid);
  const { bits } = codestream;
  const components = requireFits(codestream, description);
  warnOfDifferences(codestream, transferSyntaxUid, { description, warn });
  const colour = description.photometricInterpretation;
  const photometricInterpretation =
    components === 1 ? 'MONOCHROME2' : /^(RGB|YBR_\w+)$/.test(colour) ? colour : 'RGB';
  const decoded = await decodeFrame(frame, codestream, photometricInterpretation);
  const samples = asSamples(decoded, bits > 8 ? 16 : 8);
  const isYbr = codestream.isYbr ?? isYbrOf(description);
  const layout =
    components === 1
      ? layoutOfStream({ samples, codestream }, description, warn)
      : { bits, shift: 0, isSigned: false };
  return { ...layout, samples, samplesPerPixel: components, isPlanar: false, isYbr };
}

function requireCodestream(frame: Buffer, transferSyntaxUid: string | null): Codestream {
  const codestream = readCodestream(frame);
  if (codestream !== null) return codestream;
  if (transferSyntaxUid === null || READABLE.test(transferSyntaxUid)) {
    throw new BonewatchError('PIXELS_CORRUPT', 'The compressed pixel data has no readable beginning.');
  }
  throw new BonewatchError(
    'TRANSFER_SYNTAX_UNSUPPORTED',
    `The transfer syntax of the image (${syntaxNameOf(transferSyntaxUid)}) is not read.`,
  );
}

/** The samples per pixel of a stream, once it is validated: complete, readable and of the size in the header. */
function requireFits(
  { width, height, components, bits, isWhole }: Codestream,
  { columns, rows }: PixelDescription,
): 1 | 3 {
  if (width !== columns || height !== rows) {
    throw new BonewatchError(
      'PIXELS_CORRUPT',
      'The compressed picture has another size than the header states.',
    );
  }
  if ((components !== 1 && components !== 3) || bits > 16) {
    throw new BonewatchError(
      'PIXELS_UNSUPPORTED',
      'The compressed picture has an unusual number of samples or bits.',
    );
  }
  if (!isWhole) throw new BonewatchError('PIXELS_CORRUPT', 'The compressed picture ends too early.');
  return components;
}

/** Warns where the header and the stream disagree; the stream is used. */
function warnOfDifferences(
  { kind, components, isSigned }: Codestream,
  transferSyntaxUid: string | null,
  { description, warn }: { description: PixelDescription; warn: (warning: string) => void },
): void {
  const promised = PROMISED.find(([uids]) => uids.test(transferSyntaxUid ?? ''))?.[1];
  if (transferSyntaxUid !== null && promised !== kind) {
    warn('The header names a different compression than the pixel data has; the actual one was used.');
  }
  if (components !== description.samplesPerPixel) {
    warn(
      'The compressed picture has another number of colours than the header states; it was read as it is.',
    );
  }
  if (isSigned !== null && isSigned !== description.isSigned) {
    warn(
      'The header and the compressed picture disagree on the sign of pixels; what fits the pixels was followed.',
    );
  }
}

function syntaxNameOf(transferSyntaxUid: string): string {
  const named = UNREADABLE_NAMES.find(([uids]) => uids.test(transferSyntaxUid))?.[1];
  return named ?? (/^[\d.]{1,64}$/.test(transferSyntaxUid) ? transferSyntaxUid : 'no valid UID');
}

/** A single frame may come in any number of fragments (PS3.5 A.4). */
function joinFragments(dataSet: DataSet): Buffer {
  const { byteArray, elements } = dataSet;
  const bytes = Buffer.from(byteArray.buffer, byteArray.byteOffset, byteArray.byteLength);
  const fragments = elements[PIXEL_DATA]?.fragments ?? [];
  if (fragments.length === 1 && fragments[0]) {
    return bytes.subarray(fragments[0].position, fragments[0].position + fragments[0].length);
  }
  return Buffer.concat(fragments.map(({ position, length }) => bytes.subarray(position, position + length)));
}

function isYbrOf({ photometricInterpretation }: PixelDescription): boolean {
  return /^YBR_(FULL|PARTIAL)/.test(photometricInterpretation);
}

function asSamples(bytes: Buffer, bitsAllocated: number): Uint8Array | Uint16Array {
  if (bitsAllocated === 8) return bytes;
  const isAligned = bytes.byteOffset % 2 === 0;
  const aligned = isAligned ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, Math.floor(bytes.length / 2));
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
}

/** Native YBR_FULL_422 holds two lumas, then the chroma of both. */
function lumaOf422(bytes: Buffer, rows: number, columns: number): Uint8Array {
  const perRow = Math.ceil(columns / 2) * 4;
  return Uint8Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    return bytes[row * perRow + (column >> 1) * 4 + (column & 1)] ?? 0;
  });
}
