import type { DataSet } from 'dicom-parser';
import { BonewatchError } from '../errors.ts';
import { displayTable } from './display-table.ts';
import { readLookupTable } from './lookup-table.ts';
import { lumaOf } from './luma.ts';
import type { PixelDescription } from './pixel-description.ts';
import { readRendering } from './rendering.ts';
import type { StoredPixels } from './stored-pixels.ts';

/** Stored samples as the modality wanted them seen: grey, 0 black … 65535 white. Colour becomes its luma. */
export function toDisplayPixels(
  stored: StoredPixels,
  { dataSet, description }: { readonly dataSet: DataSet; readonly description: PixelDescription },
  warn: (warning: string) => void,
): Uint16Array {
  const pixels = description.rows * description.columns;
  const { samples, bits, isPlanar } = stored;
  const max = 2 ** bits - 1;
  if (stored.samplesPerPixel === 3) {
    if (!stored.isYbr) return lumaOf(samples, { pixels, isPlanar, max });
    return mapped(samples, evenTable(bits), { pixels, step: isPlanar ? 1 : 3, shift: stored.shift });
  }
  const grey = { pixels, step: 1, shift: stored.shift };
  if (description.photometricInterpretation === 'PALETTE COLOR') {
    return mapped(samples, paletteTable(dataSet, bits), grey);
  }
  if (/^YBR/.test(description.photometricInterpretation)) return mapped(samples, evenTable(bits), grey);
  const rendering = readRendering(dataSet, { ...description, isSigned: stored.isSigned }, warn);
  const table = displayTable(stored, rendering, () => countPatterns(samples, stored, pixels));
  if (rendering.voi === null && bits > 8) warn('The file states no window; one was made from the picture.');
  return mapped(samples, table, grey);
}

/** Stored values after decompression, two's complement in 16 bits where signed; colour as its luma. */
export function toRawPixels(stored: StoredPixels, pixels: number): Uint16Array {
  const { samples, samplesPerPixel, bits, shift, isSigned, isYbr, isPlanar } = stored;
  const max = 2 ** bits - 1;
  if (samplesPerPixel === 3 && !isYbr) {
    return lumaOf(samples, { pixels, isPlanar, max }).map((grey) => Math.round((grey * max) / 65535));
  }
  const half = 2 ** (bits - 1);
  const table = Uint16Array.from({ length: max + 1 }, (_, pattern) =>
    isSigned && pattern >= half ? pattern - 2 * half : pattern,
  );
  return mapped(samples, table, { pixels, step: samplesPerPixel === 3 && !isPlanar ? 3 : 1, shift });
}

/** The table's length is a power of two: what lies above it, such as overlay bits, is masked away. */
function mapped(
  samples: Uint8Array | Uint16Array,
  table: Uint16Array,
  { pixels, step, shift }: { readonly pixels: number; readonly step: number; readonly shift: number },
): Uint16Array {
  const mask = table.length - 1;
  const output = new Uint16Array(pixels);
  for (let index = 0; index < pixels; index += 1) {
    output[index] = table[((samples[index * step] ?? 0) >> shift) & mask] ?? 0;
  }
  return output;
}

function countPatterns(
  samples: Uint8Array | Uint16Array,
  { bits, shift }: StoredPixels,
  pixels: number,
): Uint32Array {
  const counts = new Uint32Array(2 ** bits);
  const mask = counts.length - 1;
  for (let index = 0; index < pixels; index += 1) {
    const pattern = ((samples[index] ?? 0) >> shift) & mask;
    counts[pattern] = (counts[pattern] ?? 0) + 1;
  }
  return counts;
}

function evenTable(bits: number): Uint16Array {
  const max = 2 ** bits - 1;
  return Uint16Array.from({ length: max + 1 }, (_, value) => Math.round((value / max) * 65535));
}

function paletteTable(dataSet: DataSet, bits: number): Uint16Array {
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
  const max = Math.max(red.whitest, green.whitest, blue.whitest);
  const patterns = 2 ** bits;
  const samples = new Uint16Array(patterns * 3);
  for (const [plane, table] of [red, green, blue].entries()) {
    for (let pattern = 0; pattern < patterns; pattern += 1) {
      const index = Math.min(Math.max(pattern - table.firstMapped, 0), table.values.length - 1);
      samples[plane * patterns + pattern] = table.values[index] ?? 0;
    }
  }
  return lumaOf(samples, { pixels: patterns, isPlanar: true, max });
}
