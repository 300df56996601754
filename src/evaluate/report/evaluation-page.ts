import { matchDetections } from '../figures/average-precision.ts';
import { frocCurve } from '../figures/froc.ts';
import { rocCurve } from '../figures/image-figures.ts';
import type { Interval, EvaluatedImage, Measured } from '../figures/evaluated-image.ts';
import type { Evaluation } from '../figures/measure.ts';
import { subgroupRows } from '../figures/subgroups.ts';
import { lineChart, type Series } from './line-chart.ts';
import { htmlTable, note, page, pictures, section, type ReportPicture } from './page.ts';

export interface EvaluationPage {
  /** Models, data set and split, one line each. */
  readonly about: readonly string[];
  readonly evaluation: Evaluation;
  readonly images: readonly EvaluatedImage[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly misses: readonly ReportPicture[];
  readonly falseAlarms: readonly ReportPicture[];
}

/** The report of an evaluation: figures, plots, subgroups, and the worst misses and false alarms as pictures. */
export function evaluationPage(parts: EvaluationPage): string {
  const { about, evaluation, skipped } = parts;
  const counts = `${evaluation.images} images, ${evaluation.positives} with a fracture, in ${evaluation.groups} groups of near-duplicates. Intervals: 95 %, 1,000 draws of whole groups.`;
  return page('Accuracy on labelled images', [
    ...about.map(note),
    note(counts),
    section('Per image', pointTable(evaluation), ...prevalenceNotes(evaluation)),
    section('Plots', `<div class="charts">${charts(parts).join('\n')}</div>`),
    ...(evaluation.boxes ? [section('Boxes', boxTable(evaluation))] : []),
    section('Subgroups, at the suspected threshold', subgroupTable(evaluation)),
    section(
      'Worst misses',
      note('Fractured images with the lowest scores. Cyan: drawn by the labels; yellow and red: found.'),
      pictures(parts.misses),
    ),
    section(
      'Worst false alarms',
      note('Images without a fracture with the highest scores.'),
      pictures(parts.falseAlarms),
    ),
    ...(skipped.length > 0
      ? [
          section(
            'Skipped',
            htmlTable(
              ['file', 'reason'],
              skipped.map(({ file, reason }) => [file, reason]),
            ),
          ),
        ]
      : []),
  ]);
}

function pointTable({ image }: Evaluation): string {
  const rows = image.operatingPoints.map((point) => [
    `${point.name}, from ${point.threshold}`,
    ...[point.sensitivity, point.specificity, point.ppv, point.npv].map(measured),
  ]);
  const at90 = image.sensitivityAtSpecificity90;
  return [
    htmlTable(
      ['figure', 'value (95 % interval)'],
      [
        ['AUC', withInterval(image.auc, image.aucCi95)],
        ...(at90 ? [['sensitivity at specificity 0.90', measured(at90)]] : []),
        ['Brier score', fixed(image.calibration.brier)],
        ['calibration error', fixed(image.calibration.expectedError)],
      ],
    ),
    htmlTable(['operating point', 'sensitivity', 'specificity', 'PPV', 'NPV'], rows),
  ].join('\n');
}

function prevalenceNotes({ image }: Evaluation): readonly string[] {
  return image.operatingPoints.flatMap(({ name, atPrevalence: at }) =>
    at
      ? [
          note(
            `If ${Math.round(at.prevalence * 1000) / 10} % of the patients have a fracture, at ${name}: PPV ${fixed(at.ppv)}, NPV ${fixed(at.npv)}.`,
          ),
        ]
      : [],
  );
}

function boxTable({ boxes, dice }: Evaluation): string {
  if (!boxes) return '';
  return htmlTable(
    ['figure', 'value (95 % interval)'],
    [
      ['fractures drawn', String(boxes.count)],
      ['AP50', withInterval(boxes.ap50, boxes.ap50Ci95)],
      ['AP50-95', withInterval(boxes.ap50_95, boxes.ap50_95Ci95)],
      ['fractures found at the suspected threshold (overlap ≥ 0.5)', fixed(boxes.recall)],
      ...(boxes.froc?.points ?? []).map(({ falseAlarmsPerImage, sensitivity }) => [
        `fractures found at ${falseAlarmsPerImage} false boxes per image`,
        fixed(sensitivity),
      ]),
      ...(dice ? [[`Dice of the outlines (${dice.images} images)`, measured(dice)]] : []),
    ],
  );
}

function subgroupTable({ subgroups }: Evaluation): string {
  return htmlTable(
    ['subgroup', 'images', 'fractured', 'AUC', 'sensitivity', 'specificity'],
    subgroupRows(subgroups).map(([name, subgroup]) => [
      name,
      String(subgroup.images),
      String(subgroup.positives),
      ...[subgroup.auc, subgroup.sensitivity, subgroup.specificity].map((figure) =>
        figure ? measured(figure) : '–',
      ),
    ]),
  );
}

/** The diagonal of a chance result (ROC) and of a perfect calibration. */
const DIAGONAL: Series = {
  name: '',
  kind: 'guide',
  points: [
    [0, 0],
    [1, 1],
  ],
};
/** False boxes per image at which the FROC chart ends. */
const FROC_X_MAX = 4;

function charts({ evaluation, images }: EvaluationPage): readonly string[] {
  return [
    rocChart(evaluation, images),
    ...(evaluation.boxes ? frocCharts(images) : []),
    calibrationChart(evaluation),
    scoreChart(images),
  ];
}

function rocChart({ image }: Evaluation, images: readonly EvaluatedImage[]): string {
  return lineChart({
    title: 'ROC, per image',
    xLabel: '1 − specificity',
    yLabel: 'sensitivity',
    xMax: 1,
    series: [
      { name: `AUC ${fixed(image.auc)}`, kind: 'line', points: rocCurve(images) },
      {
        name: 'operating points',
        kind: 'dots',
        points: image.operatingPoints.map(({ specificity, sensitivity }) => [
          1 - specificity.value,
          sensitivity.value,
        ]),
      },
      DIAGONAL,
    ],
  });
}

function frocCharts(images: readonly EvaluatedImage[]): readonly string[] {
  const curve = frocCurve(matchDetections(images));
  if (curve.length === 0) return [];
  const points = curve.filter(([rate]) => rate <= FROC_X_MAX);
  return [
    lineChart({
      title: 'FROC, per fracture',
      xLabel: 'false boxes per image',
      yLabel: 'fractures found',
      xMax: FROC_X_MAX,
      series: [{ name: 'overlap ≥ 0.5', kind: 'steps', points }],
    }),
  ];
}

function calibrationChart({ image: { calibration } }: Evaluation): string {
  return lineChart({
    title: 'Calibration',
    xLabel: 'mean score',
    yLabel: 'share with a fracture',
    xMax: 1,
    series: [
      {
        name: `error ${fixed(calibration.expectedError)}`,
        kind: 'dots',
        points: calibration.bins.flatMap(({ meanScore, fractured }) =>
          meanScore === null || fractured === null ? [] : [[meanScore, fractured] as const],
        ),
      },
      DIAGONAL,
    ],
  });
}

/** The cumulative distribution of the scores, with and without a fracture. */
function scoreChart(images: readonly EvaluatedImage[]): string {
  const cumulative = (isPositive: boolean): (readonly [number, number])[] => {
    const scores = images
      .filter((image) => image.isPositive === isPositive)
      .map(({ score }) => score)
      .toSorted((a, b) => a - b);
    return [[0, 0], ...scores.map((score, index) => [score, (index + 1) / scores.length] as const), [1, 1]];
  };
  return lineChart({
    title: 'Scores',
    xLabel: 'score',
    yLabel: 'share of images at or below',
    xMax: 1,
    series: [
      { name: 'with a fracture', kind: 'steps', points: cumulative(true) },
      { name: 'without', kind: 'steps', points: cumulative(false) },
    ],
  });
}

function measured({ value, ci95 }: Measured): string {
  return withInterval(value, ci95);
}

function withInterval(value: number | null, ci95: Interval | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  return ci95 === null || ci95.some(Number.isNaN)
    ? fixed(value)
    : `${fixed(value)} (${fixed(ci95[0])} – ${fixed(ci95[1])})`;
}

function fixed(value: number | null): string {
  return value === null || Number.isNaN(value) ? '–' : value.toFixed(3);
}
