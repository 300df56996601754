/** The facts of one image for the figures per image. */
export interface Scored {
  readonly score: number;
  readonly isPositive: boolean;
}

/** Shares at one threshold; NaN if the denominator is 0. */
export interface PointFigures {
  readonly sensitivity: number;
  readonly specificity: number;
  readonly ppv: number;
  readonly npv: number;
}

type Weights = ArrayLike<number> | null;

/** Area under the ROC curve: the chance that a positive image outranks a negative one, ties half; null without both. */
export function areaUnderCurve(images: readonly Scored[], weights: Weights = null): number | null {
  const order = orderByScore(images);
  let [negativesBelow, sum, positives, negatives] = [0, 0, 0, 0];
  for (let start = 0; start < order.length;) {
    const score = images[order[start] ?? 0]?.score;
    let [tiedPositives, tiedNegatives, end] = [0, 0, start];
    for (; end < order.length && images[order[end] ?? 0]?.score === score; end += 1) {
      const index = order[end] ?? 0;
      const weight = weights?.[index] ?? 1;
      if (images[index]?.isPositive) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    sum += tiedPositives * (negativesBelow + tiedNegatives / 2);
    negativesBelow += tiedNegatives;
    positives += tiedPositives;
    negatives += tiedNegatives;
    start = end;
  }
  return positives > 0 && negatives > 0 ? sum / positives / negatives : null;
}

const orders = new WeakMap<readonly Scored[], Int32Array>();

/** Sorted once, for a thousand draws. */
function orderByScore(images: readonly Scored[]): Int32Array {
  const known = orders.get(images);
  if (known) return known;
  const order = Int32Array.from(images.keys()).sort(
    (a, b) => (images[a]?.score ?? 0) - (images[b]?.score ?? 0),
  );
  orders.set(images, order);
  return order;
}

/** Sensitivity, specificity and predictive values of "score at or above the threshold". */
export function figuresAt(
  images: readonly Scored[],
  threshold: number,
  weights: Weights = null,
): PointFigures {
  let [hits, misses, falseAlarms, quiet] = [0, 0, 0, 0];
  for (const [index, { score, isPositive }] of images.entries()) {
    const weight = weights?.[index] ?? 1;
    if (score >= threshold) {
      if (isPositive) hits += weight;
      else falseAlarms += weight;
    } else if (isPositive) misses += weight;
    else quiet += weight;
  }
  return {
    sensitivity: hits / (hits + misses),
    specificity: quiet / (quiet + falseAlarms),
    ppv: hits / (hits + falseAlarms),
    npv: quiet / (quiet + misses),
  };
}

/**
 * The lowest threshold, in four digits, at which at least that share of the negative images stays below it; null
 * without negative images.
 */
export function thresholdAtSpecificity(
  images: readonly Scored[],
  specificity: number,
  weights: Weights = null,
): number | null {
  const order = orderByScore(images).filter((index) => images[index]?.isPositive === false);
  const total = order.reduce((sum, index) => sum + (weights?.[index] ?? 1), 0);
  if (total === 0) return null;
  const wanted = Math.ceil(specificity * total - 1e-9);
  let quiet = 0;
  for (const index of order) {
    quiet += weights?.[index] ?? 1;
    if (quiet >= wanted) return Math.floor((images[index]?.score ?? 0) * 1e4 + 1) / 1e4;
  }
  return null;
}

/** The predictive values at a share of fractured patients, by Bayes' rule. */
export function atPrevalence(
  { sensitivity, specificity }: Pick<PointFigures, 'sensitivity' | 'specificity'>,
  prevalence: number,
): Pick<PointFigures, 'ppv' | 'npv'> {
  const [truePositives, falsePositives] = [sensitivity * prevalence, (1 - specificity) * (1 - prevalence)];
  const [trueNegatives, falseNegatives] = [specificity * (1 - prevalence), (1 - sensitivity) * prevalence];
  return {
    ppv: truePositives / (truePositives + falsePositives),
    npv: trueNegatives / (trueNegatives + falseNegatives),
  };
}

/** The ROC curve, from no alarm to every alarm: share of negatives called, share of positives called. */
export function rocCurve(
  images: readonly Scored[],
): readonly (readonly [falseAlarms: number, sensitivity: number])[] {
  const thresholds = [...new Set(images.map(({ score }) => score))].toSorted((a, b) => b - a);
  const positives = images.filter(({ isPositive }) => isPositive).map(({ score }) => score);
  const negatives = images.filter(({ isPositive }) => !isPositive).map(({ score }) => score);
  const share = (scores: readonly number[], threshold: number): number =>
    scores.filter((score) => score >= threshold).length / Math.max(1, scores.length);
  return [[0, 0], ...thresholds.map((t) => [share(negatives, t), share(positives, t)] as const)];
}
