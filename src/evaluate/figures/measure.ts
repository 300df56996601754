import {
  averagePrecision,
  matchDetections,
  meanAveragePrecision,
  type Verdicts,
} from './average-precision.ts';
import { drawGroups, interval95, percentile } from './bootstrap.ts';
import { calibrationOf, type Calibration } from './calibration.ts';
import { diceOf } from './dice.ts';
import { frocOf, type Froc } from './froc.ts';
import {
  areaUnderCurve,
  atPrevalence,
  figuresAt,
  thresholdAtSpecificity,
  type PointFigures,
} from './image-figures.ts';
import type { Interval, EvaluatedImage, Measured } from './evaluated-image.ts';
import { subgroupsOf, type Subgroups } from './subgroups.ts';

export interface Thresholds {
  readonly suspected: number;
  readonly definite: number;
}

export interface OperatingPoint {
  readonly name: keyof Thresholds;
  readonly threshold: number;
  readonly sensitivity: Measured;
  readonly specificity: Measured;
  readonly ppv: Measured;
  readonly npv: Measured;
  /** Predictive values at the given share of fractured patients; null if none was given. */
  readonly atPrevalence: { readonly prevalence: number; readonly ppv: number; readonly npv: number } | null;
}

/** The accuracy of one or several models on labelled images. */
export interface Evaluation {
  readonly images: number;
  readonly positives: number;
  readonly groups: number;
  readonly image: {
    readonly auc: number | null;
    readonly aucCi95: Interval | null;
    readonly sensitivityAtSpecificity90: (Measured & { readonly threshold: number }) | null;
    readonly operatingPoints: readonly OperatingPoint[];
    readonly calibration: Calibration;
  };
  /** Null for models without localisation. */
  readonly boxes: {
    readonly count: number;
    readonly ap50: number | null;
    readonly ap50Ci95: Interval | null;
    readonly ap50_95: number | null;
    readonly ap50_95Ci95: Interval | null;
    /** Share of the drawn fractures that a finding from `suspected` upwards overlaps by at least a half. */
    readonly recall: number | null;
    readonly froc: Froc | null;
  } | null;
  /** Mean over the images with drawn outlines; null for models without outlines. */
  readonly dice: (Measured & { readonly images: number }) | null;
  readonly subgroups: Subgroups;
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly inferenceP50: number };
}

export interface MeasureOptions {
  readonly thresholds: Thresholds;
  /** Share of fractured patients for the predictive values; null: only that of the images. */
  readonly prevalence: number | null;
  /** Whether the models localise fractures. */
  readonly hasBoxes: boolean;
}

/** All figures of evaluated images, with 95 % intervals by a thousand draws of near-duplicate groups. */
export function measure(images: readonly EvaluatedImage[], options: MeasureOptions): Evaluation {
  const { thresholds, hasBoxes } = options;
  const draws = drawGroups(images.map(({ group }) => group));
  const auc = areaUnderCurve(images);
  return {
    images: images.length,
    positives: images.filter(({ isPositive }) => isPositive).length,
    groups: new Set(images.map(({ group }) => group)).size,
    image: {
      auc,
      aucCi95: auc === null ? null : interval95(draws, (weights) => areaUnderCurve(images, weights)),
      sensitivityAtSpecificity90: sensitivityAt(images, 0.9, draws),
      operatingPoints: (['suspected', 'definite'] as const).map((name) =>
        operatingPoint(images, { name, threshold: thresholds[name], draws, prevalence: options.prevalence }),
      ),
      calibration: calibrationOf(images),
    },
    boxes: hasBoxes ? measureBoxes(images, thresholds.suspected, draws) : null,
    dice: measureDice(images, thresholds.suspected, draws),
    subgroups: subgroupsOf(images, thresholds),
    latencyMs: latencies(images),
  };
}

function sensitivityAt(
  images: readonly EvaluatedImage[],
  specificity: number,
  draws: readonly Uint16Array[],
): (Measured & { readonly threshold: number }) | null {
  const reached = (weights: Uint16Array | null): number | null => {
    const threshold = thresholdAtSpecificity(images, specificity, weights);
    return threshold === null ? null : figuresAt(images, threshold, weights).sensitivity;
  };
  const threshold = thresholdAtSpecificity(images, specificity);
  const value = reached(null);
  if (threshold === null || value === null || Number.isNaN(value)) return null;
  return { value, ci95: interval95(draws, reached), threshold };
}

/** One operating point; its intervals are for a fixed threshold. */
function operatingPoint(
  images: readonly EvaluatedImage[],
  options: {
    readonly name: keyof Thresholds;
    readonly threshold: number;
    readonly draws: readonly Uint16Array[];
    readonly prevalence: number | null;
  },
): OperatingPoint {
  const { name, threshold, prevalence } = options;
  const figures = figuresAt(images, threshold);
  const drawn = new Map(options.draws.map((weights) => [weights, figuresAt(images, threshold, weights)]));
  const measured = (key: keyof PointFigures): Measured => ({
    value: figures[key],
    ci95: interval95(options.draws, (weights) => drawn.get(weights)?.[key] ?? null),
  });
  return {
    ...{ name, threshold },
    sensitivity: measured('sensitivity'),
    specificity: measured('specificity'),
    ppv: measured('ppv'),
    npv: measured('npv'),
    atPrevalence: prevalence === null ? null : { prevalence, ...atPrevalence(figures, prevalence) },
  };
}

function measureBoxes(
  images: readonly EvaluatedImage[],
  suspected: number,
  draws: readonly Uint16Array[],
): Evaluation['boxes'] {
  const verdicts = matchDetections(images);
  const ap50 = averagePrecision(verdicts, 0);
  const mean = meanAveragePrecision(verdicts);
  const interval = (figure: (weights: Uint16Array) => number | null): Interval | null =>
    ap50 === null ? null : interval95(draws, figure);
  return {
    count: verdicts.fractures.reduce((sum, fractures) => sum + fractures, 0),
    ...{ ap50, ap50_95: mean },
    ap50Ci95: interval((weights) => averagePrecision(verdicts, 0, weights)),
    ap50_95Ci95: interval((weights) => meanAveragePrecision(verdicts, weights)),
    recall: recallOf(verdicts, suspected),
    froc: frocOf(verdicts),
  };
}

function recallOf({ count, confidences, hits, fractures }: Verdicts, suspected: number): number | null {
  const wanted = fractures.reduce((sum, fracture) => sum + fracture, 0);
  let found = 0;
  for (let index = 0; index < count; index += 1) {
    if ((confidences[index] ?? 0) >= suspected && hits[0]?.[index] === 1) found += 1;
  }
  return wanted === 0 ? null : found / wanted;
}

function measureDice(
  images: readonly EvaluatedImage[],
  suspected: number,
  draws: readonly Uint16Array[],
): Evaluation['dice'] {
  const hasOutlines = images.some(({ detections }) => detections.some(({ polygon }) => polygon !== null));
  if (!hasOutlines) return null;
  const values = images.map((image) => diceOf(image, suspected));
  const meanOf = (weights: Uint16Array | null): number | null => {
    let [sum, count] = [0, 0];
    for (const [index, value] of values.entries()) {
      if (value === null) continue;
      const weight = weights?.[index] ?? 1;
      sum += value * weight;
      count += weight;
    }
    return count === 0 ? null : sum / count;
  };
  const value = meanOf(null);
  const counted = values.filter((dice) => dice !== null).length;
  return value === null ? null : { value, ci95: interval95(draws, meanOf), images: counted };
}

function latencies(images: readonly EvaluatedImage[]): Evaluation['latencyMs'] {
  const at = (values: readonly number[], share: number): number =>
    Math.round(
      percentile(
        values.toSorted((a, b) => a - b),
        share,
      ) * 10,
    ) / 10;
  const totals = images.map(({ totalMs }) => totalMs);
  return {
    p50: at(totals, 0.5),
    p95: at(totals, 0.95),
    inferenceP50: at(
      images.map(({ inferenceMs }) => inferenceMs),
      0.5,
    ),
  };
}
