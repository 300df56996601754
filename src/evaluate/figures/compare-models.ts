import { averagePrecision, matchDetections } from './average-precision.ts';
import { drawGroups, interval95 } from './bootstrap.ts';
import { areaUnderCurve, figuresAt } from './image-figures.ts';
import type { Interval, EvaluatedImage } from './evaluated-image.ts';
import type { Thresholds } from './measure.ts';

/** The results of a model on the labelled images, at the thresholds that it would serve with. */
export interface ModelResults {
  readonly images: readonly EvaluatedImage[];
  readonly thresholds: Thresholds;
}

/** How much worse the candidate may be, as a share; each above 0. */
export interface Margins {
  readonly auc: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly ap50: number;
}

/** One figure of both models and the difference: candidate minus reference. */
export interface ComparedFigure {
  readonly figure: string;
  readonly margin: number;
  readonly reference: number;
  readonly candidate: number;
  readonly difference: number;
  readonly ci95: Interval;
  /** Whether even the lower bound of the interval is above minus the margin. */
  readonly isShown: boolean;
}

export interface ComparedModels {
  readonly comparisons: readonly ComparedFigure[];
  /** Why the candidate is not shown to be no worse; empty if it is. */
  readonly faults: readonly string[];
  readonly counts: {
    readonly positives: number;
    readonly groups: number;
    readonly positiveGroups: number;
    readonly negativeGroups: number;
  };
  /** The number of bootstrap draws for the intervals. */
  readonly draws: number;
}

/** The share below a two-sided 95 % interval. */
const TAIL = 0.025;

/**
 * Whether a candidate is no worse than its reference: every figure on the same images, the interval of each difference
 * by draws of whole near-duplicate groups, the same for both. If no image changes its classification, draws cannot show
 * how rare a change is: a share then needs enough groups for a loss of its margin to have been observed.
 */
export function compareModels(
  { reference, candidate }: { readonly reference: ModelResults; readonly candidate: ModelResults },
  { margins, hasBoxes }: { readonly margins: Margins; readonly hasBoxes: boolean },
): ComparedModels {
  const pair = paired(reference, candidate);
  const { images } = pair.reference;
  const draws = drawGroups(images.map(({ group }) => group));
  const comparisons = figuresOf(hasBoxes).flatMap(({ figure, kind, of }): ComparedFigure[] => {
    const [then, now] = [of(pair.reference), of(pair.candidate)];
    const between = (weights: Uint16Array | null): number | null => {
      const [before, after] = [then(weights), now(weights)];
      return before === null || after === null ? null : after - before;
    };
    const [difference, margin] = [between(null), margins[kind]];
    if (difference === null || Number.isNaN(difference)) return [];
    const ci95 = interval95(draws, between);
    return [
      {
        ...{ figure, margin, difference, ci95, reference: then(null) ?? 0, candidate: now(null) ?? 0 },
        isShown: ci95[0] > -margin,
      },
    ];
  });
  const groupsWith = (isPositive: boolean): number =>
    new Set(images.filter((image) => image.isPositive === isPositive).map(({ group }) => group)).size;
  const counts = {
    positives: images.filter(({ isPositive }) => isPositive).length,
    groups: new Set(images.map(({ group }) => group)).size,
    positiveGroups: groupsWith(true),
    negativeGroups: groupsWith(false),
  };
  // An observed loss is more informative than missing cases.
  const faults = [
    ...pair.faults,
    ...comparisons.filter(({ isShown }) => !isShown).map(notShown),
    ...tooFew('with', counts.positiveGroups, { figure: 'sensitivity', margin: margins.sensitivity }),
    ...tooFew('without', counts.negativeGroups, { figure: 'specificity', margin: margins.specificity }),
  ];
  return { comparisons, faults, counts, draws: draws.length };
}

/** The number of independent, unchanged cases from which on a loss of `margin` is outside the 95 % interval. */
export function minGroups(margin: number): number {
  return Math.ceil(Math.log(TAIL) / Math.log(1 - margin));
}

function tooFew(
  which: 'with' | 'without',
  found: number,
  { figure, margin }: { readonly figure: string; readonly margin: number },
): string[] {
  const least = minGroups(margin);
  if (found >= least) return [];
  return [
    `${found} groups of images ${which} a fracture are too few to show ${figure} within ${margin}: ${least} are needed`,
  ];
}

function notShown({ figure, margin, difference, ci95 }: ComparedFigure): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  return `${figure} is not shown to be within ${margin}: ${signed(difference)} (${signed(ci95[0])} to ${signed(ci95[1])})`;
}

type Figure = (weights: Uint16Array | null) => number | null;

interface FigureKind {
  readonly figure: string;
  readonly kind: keyof Margins;
  readonly of: (judgement: ModelResults) => Figure;
}

function figuresOf(hasBoxes: boolean): readonly FigureKind[] {
  const atPoint = (kind: 'sensitivity' | 'specificity', point: keyof Thresholds): FigureKind => ({
    ...{ figure: `${kind} at ${point}`, kind },
    of:
      ({ images, thresholds }) =>
      (weights) =>
        figuresAt(images, thresholds[point], weights)[kind],
  });
  const ap50: FigureKind = {
    ...{ figure: 'AP50 of the boxes', kind: 'ap50' },
    of({ images }) {
      const verdicts = matchDetections(images);
      return (weights) => averagePrecision(verdicts, 0, weights);
    },
  };
  return [
    {
      ...{ figure: 'image AUC', kind: 'auc' },
      of:
        ({ images }) =>
        (weights) =>
          areaUnderCurve(images, weights),
    },
    atPoint('sensitivity', 'suspected'),
    atPoint('specificity', 'suspected'),
    atPoint('sensitivity', 'definite'),
    atPoint('specificity', 'definite'),
    ...(hasBoxes ? [ap50] : []),
  ];
}

/** The images with a result of both models, in the same order; one with a result of only one model is a fault. */
function paired(
  reference: ModelResults,
  candidate: ModelResults,
): {
  readonly reference: ModelResults;
  readonly candidate: ModelResults;
  readonly faults: readonly string[];
} {
  const answered = new Map(candidate.images.map((image) => [image.file, image]));
  const pairs = reference.images.flatMap((image) => {
    const other = answered.get(image.file);
    return other ? [[image, other] as const] : [];
  });
  const alone = reference.images.length + candidate.images.length - 2 * pairs.length;
  return {
    reference: { ...reference, images: pairs.map(([image]) => image) },
    candidate: { ...candidate, images: pairs.map(([, image]) => image) },
    faults: alone === 0 ? [] : [`${alone} image(s) have a result of only one of the two models`],
  };
}
