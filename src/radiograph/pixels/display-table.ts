import { lookUp } from './lookup-table.ts';
import type { Rendering, VoiWindow } from './rendering.ts';

export interface StoredRange {
  readonly bits: number;
  readonly isSigned: boolean;
}

/** One grey level of more than this share at either end of the range is border, not anatomy. */
const BORDER_SHARE = 0.02;
const CLIPPED_SHARE = 0.005;

/**
 * Display values, 0 black … 65535 white, for every stored bit pattern: Modality LUT, then
 * VOI LUT, then inversion (PS3.3 C.11.1, C.11.2, C.7.6.3.1.2). Without a VOI LUT, 8-bit pixels are shown in
 * full range, since they were windowed when reduced to 8 bits; deeper ones in a window that `histogram`
 * (a count per pattern) determines, without its ends and collimation borders.
 */
export function displayTable(
  range: StoredRange,
  rendering: Rendering,
  histogram: () => Uint32Array,
): Uint16Array {
  const patterns = 2 ** range.bits;
  const values = Float64Array.from({ length: patterns }, (_, pattern) =>
    modalityValue(pattern, range, rendering),
  );
  const toUnit = voiFunction(rendering, values, range.bits, histogram);
  return Uint16Array.from(values, (value) => {
    const unit = Math.min(Math.max(toUnit(value), 0), 1);
    return Math.round((rendering.isInverted ? 1 - unit : unit) * 65535);
  });
}

function modalityValue(pattern: number, range: StoredRange, { modality }: Rendering): number {
  const half = 2 ** (range.bits - 1);
  const stored = range.isSigned && pattern >= half ? pattern - 2 * half : pattern;
  return modality.table ? lookUp(modality.table, stored) : stored * modality.slope + modality.intercept;
}

function voiFunction(
  { voi, modality }: Rendering,
  values: Float64Array,
  bits: number,
  histogram: () => Uint32Array,
): (value: number) => number {
  if (voi !== null && 'values' in voi) return (value) => lookUp(voi, value) / voi.whitest;
  if (voi !== null) return windowFunction(voi);
  if (bits <= 8 && modality.table === null) return spread(Math.min(...values), Math.max(...values));
  const { low, high } = robustEnds(values, histogram());
  return spread(low, high);
}

/** PS3.3 C.11.2.1.2 and C.11.2.1.3, with 0…1 as output range. */
function windowFunction({ center, width, shape }: VoiWindow): (value: number) => number {
  if (shape === 'SIGMOID') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (shape === 'LINEAR_EXACT') return (value) => (value - center) / width + 0.5;
  if (width === 1) return (value) => (value <= center - 0.5 ? 0 : 1);
  return (value) => (value - (center - 0.5)) / (width - 1) + 0.5;
}

function spread(low: number, high: number): (value: number) => number {
  return high > low ? (value) => (value - low) / (high - low) : () => 0;
}

/** The values between which nearly all anatomy lies. */
function robustEnds(values: Float64Array, histogram: Uint32Array): { low: number; high: number } {
  const present = [...histogram.keys()]
    .filter((pattern) => (histogram[pattern] ?? 0) > 0)
    .map((pattern) => ({ value: values[pattern] ?? 0, count: histogram[pattern] ?? 0 }))
    .sort((a, b) => a.value - b.value);
  const total = present.reduce((sum, { count }) => sum + count, 0);
  const isBorder = (count: number): boolean => count > total * BORDER_SHARE;
  const inner = present.filter(
    ({ count }, index) => !((index === 0 || index === present.length - 1) && isBorder(count)),
  );
  const levels = inner.length >= 2 ? inner : present;
  const counted = levels.reduce((sum, { count }) => sum + count, 0);
  return {
    low: quantile(levels, counted * CLIPPED_SHARE),
    high: quantile(levels, counted * (1 - CLIPPED_SHARE)),
  };
}

function quantile(
  levels: readonly { readonly value: number; readonly count: number }[],
  rank: number,
): number {
  let seen = 0;
  for (const { value, count } of levels) {
    seen += count;
    if (seen >= rank) return value;
  }
  return levels.at(-1)?.value ?? 0;
}
