import { describe, expect, it } from 'vitest';
import { calibrationOf } from '../../../src/evaluate/figures/calibration.ts';
import { diceOf } from '../../../src/evaluate/figures/dice.ts';
import {
  areaUnderCurve,
  atPrevalence,
  figuresAt,
  thresholdAtSpecificity,
} from '../../../src/evaluate/figures/image-figures.ts';
import { measure } from '../../../src/evaluate/figures/measure.ts';
import { findDuplicates, groupsOf, THUMBNAIL_SIDE } from '../../../src/evaluate/datasets/near-duplicates.ts';
import { aJudgedImage } from './an-evaluated-image.ts';

const square = (x: number) => ({
  box: { x, y: 0, width: 10, height: 10 },
  polygons: [[[x, 0] as const, [x + 10, 0] as const, [x + 10, 10] as const, [x, 10] as const]],
  isCrowd: false,
});
/** Four fractured images and six without; one of each is on the wrong side of 0.5. */
const scored = [
  ...[0.9, 0.8, 0.7, 0.3].map((score) => ({ score, isPositive: true })),
  ...[0.6, 0.3, 0.2, 0.1, 0.1, 0.05].map((score) => ({ score, isPositive: false })),
];

describe('the figures per image', () => {
  it('are the shares a person would count', () => {
    const { sensitivity, specificity, ppv, npv } = figuresAt(scored, 0.5);

    expect([sensitivity, specificity, ppv, npv]).toEqual([3 / 4, 5 / 6, 3 / 4, 5 / 6]);
  });

  it('rank every fractured image against every other one, ties half', () => {
    // 0.9, 0.8, 0.7 beat all six; 0.3 loses to 0.6, ties with 0.3, beats four.
    expect(areaUnderCurve(scored)).toBeCloseTo((18 + 4.5) / 24, 12);
    expect(areaUnderCurve(scored.filter(({ isPositive }) => isPositive))).toBeNull();
  });

  it('have a threshold that leaves the stated share of images without a fracture without an alarm', () => {
    const threshold = thresholdAtSpecificity(scored, 5 / 6) ?? 0;

    expect(threshold).toBe(0.3001);
    expect(figuresAt(scored, threshold).specificity).toBeCloseTo(5 / 6, 12);
  });

  it('include the predictive values for a low share of fractured patients', () => {
    const { ppv, npv } = atPrevalence({ sensitivity: 0.8, specificity: 0.9 }, 0.05);

    expect(ppv).toBeCloseTo(0.04 / (0.04 + 0.095), 12);
    expect(npv).toBeCloseTo(0.855 / (0.855 + 0.01), 12);
  });

  it('include how far a score is from a probability', () => {
    const { brier, bins } = calibrationOf(scored);

    expect(bins.map(({ images }) => images)).toEqual([1, 2, 1, 2, 0, 0, 1, 1, 1, 1]);
    expect(bins[3]).toMatchObject({ meanScore: 0.3, fractured: 0.5 });
    expect(brier).toBeCloseTo(
      (0.01 + 0.04 + 0.09 + 0.49 + 0.36 + 0.09 + 0.04 + 0.01 + 0.01 + 0.0025) / 10,
      12,
    );
  });
});

describe('an evaluation', () => {
  const images = scored.map((one, index) =>
    aJudgedImage({
      ...one,
      file: `${index}.png`,
      group: `${Math.floor(index / 2)}`,
      fractures: one.isPositive ? [square(0)] : [],
      facts: { bodyParts: ['hip'], views: [], hasHardware: index === 0, ageYears: index < 5 ? 80 : 40 },
    }),
  );
  const options = { thresholds: { suspected: 0.5, definite: 0.75 }, prevalence: 0.1, hasBoxes: true };

  it('gives intervals that hold the value, the same in every run', () => {
    const first = measure(images, options);

    const { value, ci95 } = first.image.operatingPoints[0]!.sensitivity;
    expect(ci95[0]).toBeLessThanOrEqual(value);
    expect(ci95[1]).toBeGreaterThanOrEqual(value);
    expect(measure(images, options)).toEqual(first);
  });

  it('draws near-duplicates together, which makes the intervals wider than as many separate images would', () => {
    const apart = images.flatMap((image, index) =>
      [image, { ...image, group: `${index}` }].map((one, copy) => ({ ...one, group: `${index}-${copy}` })),
    );
    const together = apart.map((image) => ({ ...image, group: image.group.split('-')[0]! }));
    const width = ({ image }: ReturnType<typeof measure>) => image.aucCi95![1] - image.aucCi95![0];

    expect(width(measure(together, options))).toBeGreaterThan(width(measure(apart, options)));
  });

  it('has separate figures for the elderly and for hardware', () => {
    const { subgroups } = measure(images, options);

    expect(subgroups.ageOver75).toMatchObject({ images: 5, positives: 4 });
    expect(subgroups.hardware['with']).toMatchObject({ images: 1, positives: 1, auc: null });
    expect(subgroups.bodyPart['hip']?.auc?.value).toBeCloseTo(areaUnderCurve(scored) ?? 0, 12);
    expect(
      measure(
        images.map((image) => ({ ...image, facts: { ...image.facts, ageYears: null } })),
        options,
      ).subgroups.ageOver75,
    ).toBeNull();
  });

  it('has no figures of boxes for a model without localisation', () => {
    expect(measure(images, { ...options, hasBoxes: false }).boxes).toBeNull();
  });
});

describe('Dice', () => {
  it('is the shared part of what was found and what was drawn', () => {
    const found = { label: 'fracture', confidence: 0.9, box: square(5).box, polygon: square(5).polygons[0]! };
    const image = aJudgedImage({ fractures: [square(0)], detections: [found] });

    expect(diceOf(image, 0.5)).toBeCloseTo(0.5, 9);
    expect(diceOf(image, 0.95)).toBe(0);
    expect(diceOf(aJudgedImage({}), 0.5)).toBeNull();
  });
});

describe('near-duplicates', () => {
  const picture = (seed: number) =>
    Float32Array.from(
      { length: THUMBNAIL_SIDE * THUMBNAIL_SIDE },
      (_, index) =>
        Math.sin((index % THUMBNAIL_SIDE) / (3 + seed)) * 30 +
        (index % THUMBNAIL_SIDE) * (3 - seed) +
        Math.cos(Math.floor(index / THUMBNAIL_SIDE) / (2 + seed * 2)) * 60,
    );
  const mirrored = (thumbnail: Float32Array) =>
    thumbnail.map(
      (_, index) =>
        thumbnail[index - (index % THUMBNAIL_SIDE) + THUMBNAIL_SIDE - 1 - (index % THUMBNAIL_SIDE)]!,
    );

  it('are found whether copied, saved again, or mirrored', () => {
    const a = picture(0);
    const pairs = findDuplicates([
      { file: 'IMG1', sha256: 'x', thumbnail: a },
      { file: 'IMG10', sha256: 'x', thumbnail: a },
      { file: 'IMG20', sha256: 'y', thumbnail: a.map((value) => value * 0.7 + 10) },
      { file: 'IMG30', sha256: 'z', thumbnail: mirrored(a) },
      { file: 'IMG40', sha256: 'w', thumbnail: picture(4) },
    ]);

    expect(
      pairs.filter(({ files }) => files[0] === 'IMG1').map(({ files, kind }) => [files[1], kind]),
    ).toEqual([
      ['IMG10', 'same-bytes'],
      ['IMG20', 'same-picture'],
      ['IMG30', 'mirrored'],
    ]);
    const groups = groupsOf(['IMG1', 'IMG10', 'IMG20', 'IMG30', 'IMG40'], pairs);
    expect([...groups.values()]).toEqual(['IMG1', 'IMG1', 'IMG1', 'IMG1', 'IMG40']);
  });
});
