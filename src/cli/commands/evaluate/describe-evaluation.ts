import type { Interval, Measured } from '../../../evaluate/figures/evaluated-image.ts';
import type { Evaluation } from '../../../evaluate/figures/measure.ts';
import { subgroupRows } from '../../../evaluate/figures/subgroups.ts';
import { table } from '../../terminal.ts';

/** An evaluation as lines for a terminal. */
export function describeEvaluation(evaluation: Evaluation): readonly string[] {
  const { image, boxes, dice, subgroups, latencyMs } = evaluation;
  const figures: [string, number | null, Interval | null][] = [
    ['image AUC', image.auc, image.aucCi95],
    ...image.operatingPoints.flatMap(({ name, threshold, ...point }): [string, number | null, Interval][] => [
      [`sensitivity at ${name} (${threshold})`, point.sensitivity.value, point.sensitivity.ci95],
      [`specificity at ${name}`, point.specificity.value, point.specificity.ci95],
      [`PPV at ${name}`, point.ppv.value, point.ppv.ci95],
      [`NPV at ${name}`, point.npv.value, point.npv.ci95],
    ]),
    ...(boxes
      ? ([
          ['AP50 of the boxes', boxes.ap50, boxes.ap50Ci95],
          ['AP50-95 of the boxes', boxes.ap50_95, boxes.ap50_95Ci95],
        ] as const)
      : []
    ).map(([name, value, ci95]): [string, number | null, Interval | null] => [name, value, ci95]),
    ...(dice ? [['Dice of the outlines', dice.value, dice.ci95] satisfies [string, number, Interval]] : []),
  ];
  const stated = image.operatingPoints.flatMap(({ name, atPrevalence: at }) =>
    at ? [`at ${percent(at.prevalence)} fractured, ${name}: PPV ${fixed(at.ppv)}, NPV ${fixed(at.npv)}`] : [],
  );
  return [
    `${evaluation.images} images, ${evaluation.positives} with a fracture, ${evaluation.groups} groups of near-duplicates`,
    ...table(figures.map(([name, value, ci95]) => [name, fixed(value), interval(ci95)])),
    ...stated,
    ...table(
      subgroupRows(subgroups).map(([name, { images, positives, auc, sensitivity, specificity }]) => [
        name,
        `${images} images, ${positives} fractured`,
        `AUC ${measured(auc)}`,
        `sensitivity ${measured(sensitivity)}`,
        `specificity ${measured(specificity)}`,
      ]),
    ),
    `time per image: p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms (model ${latencyMs.inferenceP50} ms)`,
  ];
}

function measured(figure: Measured | null): string {
  return figure ? `${fixed(figure.value)} ${interval(figure.ci95)}` : '-';
}

function fixed(value: number | null): string {
  return value === null || Number.isNaN(value) ? '-' : value.toFixed(3);
}

function interval(ci95: Interval | null): string {
  return ci95 === null || ci95.some(Number.isNaN) ? '' : `(${fixed(ci95[0])}–${fixed(ci95[1])})`;
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
