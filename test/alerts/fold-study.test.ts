import { describe, expect, it } from 'vitest';
import { foldStudy } from '../../src/alerts/fold-study.ts';
import { priorityOf } from '../../src/alerts/priority-of.ts';
import { aView } from './an-alert.ts';

const negative = aView({ outcome: 'no-fracture-detected', confidence: 0, bodyPart: 'knee', laterality: 'R' });

describe('foldStudy', () => {
  it('counts the views with a finding, and takes body part and side from those alone', () => {
    const study = foldStudy([
      negative,
      aView({ confidence: 0.4 }),
      aView({ confidence: 0.7, laterality: null }),
    ]);

    expect(study).toMatchObject({
      images: { count: 3, withFindings: 2 },
      outcome: 'fracture-suspected',
      confidence: 0.7,
      bodyPart: 'wrist',
      bodyParts: ['wrist'],
      laterality: 'L',
    });
  });

  it('the most serious view decides, even if another has a higher confidence', () => {
    const detected = aView({ outcome: 'fracture-detected', confidence: 0.65, bodyPart: 'hip' });

    const study = foldStudy([aView({ confidence: 0.69 }), detected]);

    expect(study).toMatchObject({ outcome: 'fracture-detected', confidence: 0.69, bodyPart: 'hip' });
  });

  it('the side is both only if one body part has findings on both', () => {
    const left = aView({ laterality: 'L' });

    expect(foldStudy([left, aView({ laterality: 'R' })])?.laterality).toBe('B');
    expect(foldStudy([left, aView({ bodyPart: 'hand', laterality: 'R', confidence: 0.1 })])).toMatchObject({
      bodyPart: 'wrist',
      laterality: 'L',
      sites: [
        { bodyPart: 'wrist', laterality: 'L' },
        { bodyPart: 'hand', laterality: 'R' },
      ],
    });
  });

  it('the side belongs to the body part of the clearest finding', () => {
    const hand = aView({ bodyPart: 'hand', laterality: 'R', confidence: 0.9 });

    expect(foldStudy([aView({ laterality: 'L' }), hand])).toMatchObject({
      bodyPart: 'hand',
      laterality: 'R',
    });
    expect(
      foldStudy([aView({ bodyPart: null, laterality: 'L' }), aView({ bodyPart: null, laterality: 'R' })]),
    ).toMatchObject({ bodyPart: null, laterality: null });
  });

  it('lists each model once and is null for a study without images', () => {
    expect(foldStudy([aView(), aView()])?.models).toHaveLength(1);
    expect(foldStudy([])).toBeNull();
  });
});

describe('priorityOf', () => {
  const policy = { detected: 'high', suspected: 'medium', bodyParts: { hip: 'high', hand: 'low' } } as const;

  it('raises what the body part makes urgent and never lowers what the outcome does', () => {
    expect(priorityOf('fracture-suspected', ['hip'], policy)).toBe('high');
    expect(priorityOf('fracture-suspected', ['hand', 'hip'], policy)).toBe('high');
    expect(priorityOf('fracture-detected', ['hand'], policy)).toBe('high');
    expect(priorityOf('fracture-suspected', [], policy)).toBe('medium');
  });
});
