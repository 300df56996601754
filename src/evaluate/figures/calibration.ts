import type { Scored } from './image-figures.ts';

const BINS = 10;

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly images: number;
  /** Mean score of the images in it; null for none. */
  readonly meanScore: number | null;
  /** Share of them with a fracture. */
  readonly fractured: number | null;
}

export interface Calibration {
  /** Mean squared distance between score and truth. */
  readonly brier: number;
  /** Mean distance between score and share, over the bins by their images. */
  readonly expectedError: number;
  readonly bins: readonly CalibrationBin[];
}

/** How well a score matches the probability of a fracture: ten equal bins. */
export function calibrationOf(images: readonly Scored[]): Calibration {
  const bins = Array.from({ length: BINS }, (_, index) => {
    const [from, to] = [index / BINS, (index + 1) / BINS];
    const isLast = index === BINS - 1;
    const inside = images.filter(({ score }) => score >= from && (score < to || isLast));
    const isEmpty = inside.length === 0;
    return {
      ...{ from, to, images: inside.length },
      meanScore: isEmpty ? null : mean(inside.map(({ score }) => score)),
      fractured: isEmpty ? null : mean(inside.map(({ isPositive }) => Number(isPositive))),
    };
  });
  const error = bins.reduce(
    (sum, bin) => sum + Math.abs((bin.meanScore ?? 0) - (bin.fractured ?? 0)) * bin.images,
    0,
  );
  return {
    brier: mean(images.map(({ score, isPositive }) => (score - Number(isPositive)) ** 2)),
    expectedError: error / Math.max(1, images.length),
    bins,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
