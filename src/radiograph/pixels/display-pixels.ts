import type { DataSet } from 'dicom-parser';
import { BonewatchError } from '../../contract/errors.ts';
import { displayTable } from './display-table.ts';
import { readLookupTable } from './lookup-table.ts';
import { lumaOf } from './luma.ts';
import type { PixelDescription } from '../dicom/pixel-description.ts';
import type { IndexedPicture } from '../../contract/radiograph.ts';
import type { Correction } from './review-picture.ts';
import { readRendering, type Rendering } from './rendering.ts';
import { sameLevels } from '../pictures/spread-picture.ts';
import type { StoredPixels } from './stored-pixels.ts';

export interface DisplayOptions {
  readonly dataSet: DataSet;
  readonly description: PixelDescription;
  /** Index of the window or VOI LUT to apply, from 0. */
  readonly windowIndex: number;
}

type Indexed = Pick<IndexedPicture, 'samples' | 'levels'>;

export interface DisplayLevels extends Indexed {
  /** What to show if hardly anything can be seen at these levels; null if the file states no window. */
  readonly correction: Correction | null;
}

/** How a 16-bit picture is shown whose file states nothing about its grey scale. */
const UNSTATED: Rendering = {
  modality: { slope: 1, intercept: 0, table: null },
  voi: null,
  isInverted: false,
};
/** Values of up to 14 bits fill a quarter of the scale of a 16-bit picture at most. */
const MAX_UNSCALED_LEVEL = 2 ** 14 - 1;

/** Enough samples to find a window's ends. */
const MAX_COUNTED_PIXELS = 2 ** 20;

/** Stored samples and the display grey of each. Colour becomes its luma. */
export function toDisplayLevels(
  stored: StoredPixels,
  { dataSet, description, windowIndex }: DisplayOptions,
  warn: (warning: string) => void,
): DisplayLevels {
  const pixels = description.rows * description.columns;
  const { bits, isPlanar } = stored;
  if (stored.samplesPerPixel === 3 && !stored.isYbr) {
    const samples = lumaOf(stored.samples, { pixels, isPlanar, max: 2 ** bits - 1 });
    return { samples, levels: sameLevels(), correction: null };
  }
  const samples = patternsOf(stored, pixels);
  if (description.photometricInterpretation === 'PALETTE COLOR') {
    return { samples, levels: paletteLevels(dataSet, bits, warn), correction: null };
  }
  const isLuma = stored.samplesPerPixel === 3 || /^YBR/.test(description.photometricInterpretation);
  if (isLuma) return { samples, levels: evenLevels(bits), correction: null };
  const rendering = readRendering(dataSet, { ...description, isSigned: stored.isSigned, windowIndex }, warn);
  const levelsOf = (how: Rendering): Uint16Array =>
    displayTable(stored, how, () => countPatterns(samples, bits, description.columns));
  if (rendering.voi === null && bits > 8) warn('The file states no window; one was made from the picture.');
  const correction = {
    levels: () => levelsOf({ ...rendering, voi: null }),
    warning:
      'In the window of the file hardly anything can be seen of the picture; one was made from the picture instead.',
    isCauseKnown: false,
  };
  return { samples, levels: levelsOf(rendering), correction: rendering.voi === null ? null : correction };
}

/** What to show if hardly anything can be seen of a 16-bit photograph: often the values of a detector, not scaled. */
export function correctionOfDeep(pixels: Uint16Array, width: number): Correction {
  return {
    levels: () =>
      displayTable({ bits: 16, isSigned: false }, UNSTATED, () => countPatterns(pixels, 16, width)),
    warning:
      'The values of the 16-bit picture use only a small part of their range; a window was made from the picture.',
    isCauseKnown: pixels.every((value) => value <= MAX_UNSCALED_LEVEL),
  };
}

/** Stored values after decompression, two's complement in 16 bits where signed; colour as its luma. */
export function toRawPixels(stored: StoredPixels, pixels: number): Uint16Array {
  const { samplesPerPixel, bits, isSigned, isYbr, isPlanar } = stored;
  const max = 2 ** bits - 1;
  if (samplesPerPixel === 3 && !isYbr) {
    return lumaOf(stored.samples, { pixels, isPlanar, max }).map((grey) => Math.round((grey * max) / 65535));
  }
  const half = 2 ** (bits - 1);
  return Uint16Array.from(patternsOf(stored, pixels), (sample) => {
    const pattern = sample & max;
    return isSigned && pattern >= half ? pattern - 2 * half : pattern;
  });
}

/** One sample per pixel with its value in the lowest bits; copied only where the stored samples differ from that. */
function patternsOf(stored: StoredPixels, pixels: number): Uint8Array | Uint16Array {
  const { samples, samplesPerPixel, isPlanar, shift } = stored;
  const step = samplesPerPixel === 3 && !isPlanar ? 3 : 1;
  if (step === 1 && shift === 0) return samples.subarray(0, pixels);
  const patterns = new Uint16Array(pixels);
  for (let index = 0; index < pixels; index += 1) patterns[index] = (samples[index * step] ?? 0) >> shift;
  return patterns;
}

/** How often each bit pattern occurs, among all pixels or an evenly spaced sample. */
function countPatterns(samples: Uint8Array | Uint16Array, bits: number, columns: number): Uint32Array {
  const counts = new Uint32Array(2 ** bits);
  const mask = counts.length - 1;
  let step = Math.max(1, Math.floor(samples.length / MAX_COUNTED_PIXELS));
  // A step that divides the width would sample the same columns of every row.
  while (step > 1 && columns % step === 0) step += 1;
  for (let index = 0; index < samples.length; index += step) {
    const pattern = (samples[index] ?? 0) & mask;
    counts[pattern] = (counts[pattern] ?? 0) + 1;
  }
  return counts;
}

function evenLevels(bits: number): Uint16Array {
  const max = 2 ** bits - 1;
  return Uint16Array.from({ length: max + 1 }, (_, value) => Math.round((value / max) * 65535));
}

function paletteLevels(dataSet: DataSet, bits: number, warn: (warning: string) => void): Uint16Array {
  const planes = ['1', '2', '3'].map((colour) =>
    readLookupTable(
      dataSet,
      { descriptor: `x0028110${colour}`, data: `x0028120${colour}` },
      { isSigned: false },
    ),
  );
  const [red, green, blue] = planes;
  if (!red || !green || !blue) {
    throw new BonewatchError('PIXELS_UNSUPPORTED', 'The palette of the image is missing or cannot be read.');
  }
  const tables = [red, green, blue];
  if (tables.some(({ isShort }) => isShort))
    warn('The palette has fewer entries than it states; its last one was taken for the missing ones.');
  if (tables.every(({ isOverstated }) => isOverstated))
    warn(
      'The palette states more bits than its entries have; the bits of its highest entry were taken as white.',
    );
  const max = Math.max(...tables.map(({ whitest }) => whitest));
  const patterns = 2 ** bits;
  const samples = new Uint16Array(patterns * 3);
  for (const [plane, table] of tables.entries()) {
    for (let pattern = 0; pattern < patterns; pattern += 1) {
      const index = Math.min(Math.max(pattern - table.firstMapped, 0), table.values.length - 1);
      samples[plane * patterns + pattern] = table.values[index] ?? 0;
    }
  }
  return lumaOf(samples, { pixels: patterns, isPlanar: true, max });
}
