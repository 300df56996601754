import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareModels, minGroups, type ModelResults } from '../../../src/evaluate/figures/compare-models.ts';
import type { EvaluatedImage } from '../../../src/evaluate/figures/evaluated-image.ts';
import { aJudgedImage } from './an-evaluated-image.ts';

const box = { x: 10, y: 10, width: 20, height: 20 };
const thresholds = { suspected: 0.3, definite: 0.6 };
const margins = { auc: 0.02, sensitivity: 0.05, specificity: 0.05, ap50: 0.05 };
const options = { margins, hasBoxes: true };

describe('a model against the one it was made from', () => {
  it('is no worse than itself: every difference is exactly 0', () => {
    const results = resultsOf(fractured(100), intact(100));

    const { comparisons, faults } = compareModels({ reference: results, candidate: results }, options);

    expect(comparisons.map(({ figure }) => figure)).toEqual([
      'image AUC',
      'sensitivity at suspected',
      'specificity at suspected',
      'sensitivity at definite',
      'specificity at definite',
      'AP50 of the boxes',
    ]);
    expect(comparisons.map(({ difference, ci95 }) => [difference, ...ci95])).toEqual(
      comparisons.map(() => [0, 0, 0]),
    );
    expect(faults).toEqual([]);
  });

  it('fails when it misses one fracture in ten that the other finds, in every figure that shows it', () => {
    const reference = resultsOf(fractured(200), intact(200));
    const candidate = changed(reference, (image, index) =>
      image.isPositive && index % 10 === 0 ? { score: 0.01, detections: [] } : {},
    );

    const { comparisons, faults } = compareModels({ reference, candidate }, options);

    const shown = comparisons.filter(({ isShown }) => isShown).map(({ figure }) => figure);
    expect(shown).toEqual(['specificity at suspected', 'specificity at definite']);
    expect(comparisons[1]?.difference).toBeCloseTo(-0.1, 12);
    expect(faults[0]).toMatch(/^image AUC is not shown to be within 0.02: −0\.\d{4} \(/);
    expect(faults).toHaveLength(4);
  });

  it('fails when boxes miss the fractures although every image is classified correctly', () => {
    const reference = resultsOf(fractured(100), intact(100));
    const shifted = { ...box, x: 300 };
    const candidate = changed(reference, ({ score, isPositive }) =>
      isPositive ? { detections: [finding(score, shifted)] } : {},
    );

    const { faults } = compareModels({ reference, candidate }, options);

    expect(faults).toEqual([expect.stringMatching(/^AP50 of the boxes is not shown/)]);
  });

  it('may be better: what it gains is no reason against it', () => {
    const worse = changed(resultsOf(fractured(100), intact(100)), (image, index) =>
      image.isPositive && index % 5 === 0 ? { score: 0.01, detections: [] } : {},
    );
    const better = resultsOf(fractured(100), intact(100));

    expect(compareModels({ reference: worse, candidate: better }, options).faults).toEqual([]);
  });

  it('is not shown to be no worse by a few cases, however well it does on them', () => {
    const results = resultsOf(fractured(20), intact(100));

    const { comparisons, faults } = compareModels({ reference: results, candidate: results }, options);

    expect(comparisons.every(({ isShown }) => isShown)).toBe(true);
    expect(faults).toEqual([
      '20 groups of images with a fracture are too few to show sensitivity within 0.05: 72 are needed',
    ]);
  });

  it('counts near-duplicates as one case', () => {
    const copies = fractured(100).map((image, index) => ({ ...image, group: `patient-${index % 50}` }));
    const results = resultsOf(copies, intact(100));

    const { counts, faults } = compareModels({ reference: results, candidate: results }, options);

    expect(counts).toEqual({ positives: 100, groups: 150, positiveGroups: 50, negativeGroups: 100 });
    expect(faults).toHaveLength(1);
  });

  it('cannot do without fractured images', () => {
    const results = resultsOf([], intact(100));

    const { faults } = compareModels({ reference: results, candidate: results }, options);

    expect(faults).toEqual([expect.stringMatching(/^0 groups of images with a fracture are too few/)]);
  });

  it('may not answer fewer images than the other', () => {
    const reference = resultsOf(fractured(100), intact(100));
    const candidate = { ...reference, images: reference.images.slice(3) };

    const { faults } = compareModels({ reference, candidate }, options);

    expect(faults).toEqual(['3 image(s) have a result of only one of the two models']);
  });

  it('is asked for as many cases as a loss of the margin would have shown in', () => {
    expect([0.05, 0.04, 0.02].map(minGroups)).toEqual([72, 91, 183]);
  });

  it('differs from its reference by as much as the reference differs from it, the other way round', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });

    fc.assert(
      fc.property(fc.array(fc.tuple(score, score, fc.boolean()), { minLength: 4, maxLength: 25 }), (rows) => {
        const [one, other] = [0, 1].map((which) =>
          resultsOf(rows.map(([a, b, isPositive], index) => anImage(index, isPositive, which === 0 ? a : b))),
        );
        const there = compareModels({ reference: one!, candidate: other! }, options).comparisons;
        const back = compareModels({ reference: other!, candidate: one! }, options).comparisons;

        expect(back.map(({ difference }) => difference)).toEqual(
          there.map(({ difference }) => 0 - difference),
        );
        for (const [index, { ci95 }] of there.entries()) {
          expect(back[index]?.ci95[0]).toBeCloseTo(-ci95[1], 12);
          expect(back[index]?.ci95[1]).toBeCloseTo(-ci95[0], 12);
        }
      }),
      { numRuns: 20 },
    );
  });
});

function resultsOf(...images: readonly (readonly EvaluatedImage[])[]): ModelResults {
  return { images: images.flat(), thresholds };
}

function changed(
  results: ModelResults,
  change: (image: EvaluatedImage, index: number) => Partial<EvaluatedImage>,
): ModelResults {
  return {
    ...results,
    images: results.images.map((image, index) => ({ ...image, ...change(image, index) })),
  };
}

/** Found for sure, but for every twentieth. */
function fractured(count: number): EvaluatedImage[] {
  return Array.from({ length: count }, (_, index) => anImage(index, true, index % 20 === 7 ? 0.2 : 0.8));
}

/** Quiet, but for every twentieth. */
function intact(count: number): EvaluatedImage[] {
  return Array.from({ length: count }, (_, index) =>
    anImage(1000 + index, false, index % 20 === 7 ? 0.7 : 0.1),
  );
}

function anImage(number: number, isPositive: boolean, score: number): EvaluatedImage {
  return aJudgedImage({
    ...{ file: `${number}.png`, imageId: number, score },
    fractures: isPositive ? [{ box, polygons: [], isCrowd: false }] : [],
    detections: [finding(score, box)],
  });
}

function finding(confidence: number, where: typeof box) {
  return { label: 'fracture', confidence, box: where, polygon: null };
}
