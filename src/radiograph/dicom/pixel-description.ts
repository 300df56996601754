import type { DataSet } from 'dicom-parser';
import { BonewatchError } from '../../contract/errors.ts';
import { decimalOf, stringOf, unsignedOf } from './dicom-values.ts';

/** The Image Pixel module (PS3.3 C.7.6.3), validated: its pixels can be read. */
export interface PixelDescription {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: 1 | 3;
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  readonly isPlanar: boolean;
  readonly photometricInterpretation: string;
  /** Whether bits above the stored ones may hold overlays (retired), which are no part of the picture. */
  readonly hasOverlayBits: boolean;
}

/** Overlay Bits Allocated (60xx,0100) above 1: the overlay is in the pixel data. */
const OVERLAY_GROUPS = Array.from({ length: 16 }, (_, index) => (0x6000 + 2 * index).toString(16));

/**
 * Describes the pixel layout of a data set that has pixels. Throws IMAGE_TOO_LARGE, PIXELS_UNSUPPORTED, or
 * PIXELS_CORRUPT where rows or columns are missing; calls `warn` for each contradiction.
 */
export function describePixels(
  dataSet: DataSet,
  limits: { readonly maxMegapixels: number },
  warn: (warning: string) => void,
): PixelDescription {
  const rows = unsignedOf(dataSet, 'x00280010') ?? 0;
  const columns = unsignedOf(dataSet, 'x00280011') ?? 0;
  if (rows === 0 || columns === 0) {
    throw new BonewatchError('PIXELS_CORRUPT', 'The header states no rows or no columns.');
  }
  assertWithinLimits(columns, rows, limits);
  if ((decimalOf(dataSet, 'x00280008') ?? 1) > 1) {
    throw new BonewatchError('PIXELS_UNSUPPORTED', 'The image has more than one frame.');
  }
  const samplesPerPixel = unsignedOf(dataSet, 'x00280002') ?? 1;
  if (samplesPerPixel !== 1 && samplesPerPixel !== 3) {
    throw new BonewatchError('PIXELS_UNSUPPORTED', `The image has ${samplesPerPixel} samples per pixel.`);
  }
  const isSigned = unsignedOf(dataSet, 'x00280103') === 1;
  const isPlanar = samplesPerPixel === 3 && unsignedOf(dataSet, 'x00280006') === 1;
  const photometricInterpretation = readPhotometricInterpretation(dataSet, samplesPerPixel, warn);
  return {
    rows,
    columns,
    samplesPerPixel,
    isSigned,
    isPlanar,
    photometricInterpretation,
    hasOverlayBits: OVERLAY_GROUPS.some((group) => (unsignedOf(dataSet, `x${group}0100`) ?? 1) > 1),
    ...readBits(dataSet, warn),
  };
}

/** Throws IMAGE_TOO_LARGE before anything of that size is allocated. */
export function assertWithinLimits(
  width: number,
  height: number,
  { maxMegapixels }: { readonly maxMegapixels: number },
): void {
  if (width * height > maxMegapixels * 1e6) {
    throw new BonewatchError(
      'IMAGE_TOO_LARGE',
      `The picture claims ${width} × ${height} pixels; at most ${maxMegapixels} megapixels are decoded.`,
    );
  }
}

/** Throws DICOM_NO_PIXELS for objects without an image, such as a report, a presentation state or a DICOMDIR. */
export function assertHasPixels(dataSet: DataSet): void {
  if ('x7fe00010' in dataSet.elements) return;
  if ('x7fe00008' in dataSet.elements || 'x7fe00009' in dataSet.elements) {
    throw new BonewatchError('PIXELS_UNSUPPORTED', 'The pixels are floating-point numbers.');
  }
  throw new BonewatchError('DICOM_NO_PIXELS', 'The DICOM object holds no image.');
}

function readPhotometricInterpretation(
  dataSet: DataSet,
  samplesPerPixel: 1 | 3,
  warn: (warning: string) => void,
): string {
  const stated = stringOf(dataSet, 'x00280004')?.toUpperCase() ?? null;
  const known = samplesPerPixel === 3 ? /^(RGB|YBR_\w+)$/ : /^(MONOCHROME[12]|PALETTE COLOR)$/;
  if (stated !== null && known.test(stated)) return stated;
  const assumed = samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2';
  warn(`The Photometric Interpretation is missing or does not fit; it was taken as ${assumed}.`);
  return assumed;
}

function readBits(
  dataSet: DataSet,
  warn: (warning: string) => void,
): Pick<PixelDescription, 'bitsAllocated' | 'bitsStored' | 'highBit'> {
  const bitsAllocated = unsignedOf(dataSet, 'x00280100') ?? 16;
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw new BonewatchError('PIXELS_UNSUPPORTED', `The image has ${bitsAllocated} bits per sample.`);
  }
  const stated = unsignedOf(dataSet, 'x00280101') ?? bitsAllocated;
  const isPossible = stated >= 1 && stated <= bitsAllocated;
  if (!isPossible) warn('Bits Stored does not fit Bits Allocated; all allocated bits were read.');
  const bitsStored = isPossible ? stated : bitsAllocated;
  const statedHighBit = unsignedOf(dataSet, 'x00280102') ?? bitsStored - 1;
  const isHighBitPossible = statedHighBit >= bitsStored - 1 && statedHighBit < bitsAllocated;
  if (!isHighBitPossible) warn('High Bit does not fit Bits Stored; the lowest bits were read.');
  return { bitsAllocated, bitsStored, highBit: isHighBitPossible ? statedHighBit : bitsStored - 1 };
}
