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

  it('the side is both if both have findings', () => {
    expect(foldStudy([aView({ laterality: 'L' }), aView({ laterality: 'R' })])?.laterality).toBe('B');
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
