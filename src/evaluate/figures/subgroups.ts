import { drawGroups, interval95 } from './bootstrap.ts';
import { areaUnderCurve, figuresAt } from './image-figures.ts';
import type { EvaluatedImage, Measured } from './evaluated-image.ts';

export interface Subgroup {
  readonly images: number;
  readonly positives: number;
  readonly auc: Measured | null;
  /** At the suspected threshold; null if the denominator is 0. */
  readonly sensitivity: Measured | null;
  readonly specificity: Measured | null;
}

export interface Subgroups {
  readonly bodyPart: Readonly<Record<string, Subgroup>>;
  readonly view: Readonly<Record<string, Subgroup>>;
  readonly hardware: Readonly<Record<string, Subgroup>>;
  /** Patients of 75 years and more; null if no age is known. */
  readonly ageOver75: Subgroup | null;
}

const ELDERLY_YEARS = 75;

/** The figures per image of every subgroup that the facts of the set define. */
export function subgroupsOf(
  images: readonly EvaluatedImage[],
  { suspected }: { readonly suspected: number },
): Subgroups {
  const by = (keysOf: (image: EvaluatedImage) => readonly string[]): Record<string, Subgroup> => {
    const keys = [...new Set(images.flatMap(keysOf))].toSorted();
    return Object.fromEntries(
      keys.map((key) => [
        key,
        subgroupOf(
          images.filter((image) => keysOf(image).includes(key)),
          suspected,
        ),
      ]),
    );
  };
  const elderly = images.filter(({ facts }) => facts.ageYears !== null && facts.ageYears >= ELDERLY_YEARS);
  return {
    bodyPart: by(({ facts }) => facts.bodyParts),
    view: by(({ facts }) => facts.views),
    hardware: by(({ facts }) => (facts.hasHardware === null ? [] : [facts.hasHardware ? 'with' : 'without'])),
    ageOver75: elderly.length === 0 ? null : subgroupOf(elderly, suspected),
  };
}

/** Every subgroup with its display name. */
export function subgroupRows(subgroups: Subgroups): readonly (readonly [string, Subgroup])[] {
  const named = (prefix: string, group: Readonly<Record<string, Subgroup>>): [string, Subgroup][] =>
    Object.entries(group).map(([name, subgroup]) => [`${prefix} ${name}`, subgroup]);
  return [
    ...named('body part', subgroups.bodyPart),
    ...named('view', subgroups.view),
    ...named('hardware', subgroups.hardware),
    ...(subgroups.ageOver75 ? ([['75 years and older', subgroups.ageOver75]] as const) : []),
  ];
}

function subgroupOf(images: readonly EvaluatedImage[], suspected: number): Subgroup {
  const draws = drawGroups(images.map(({ group }) => group));
  const measured = (figure: (weights: Uint16Array | null) => number | null): Measured | null => {
    const value = figure(null);
    return value === null || Number.isNaN(value) ? null : { value, ci95: interval95(draws, figure) };
  };
  return {
    images: images.length,
    positives: images.filter(({ isPositive }) => isPositive).length,
    auc: measured((weights) => areaUnderCurve(images, weights)),
    sensitivity: measured((weights) => figuresAt(images, suspected, weights).sensitivity),
    specificity: measured((weights) => figuresAt(images, suspected, weights).specificity),
  };
}
