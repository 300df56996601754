import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/analysis/analyze-file.ts';
import type { Finding } from '../../src/contract/finding.ts';

describe('the outcome of an image', () => {
  it('the outcome of an image is decided by its surest finding', () => {
    expect(outcomeOf([], 0.9)).toBe('no-fracture-detected');
    expect(outcomeOf([aFinding({ confidence: 0.6 })], 0.9)).toBe('fracture-suspected');
    expect(outcomeOf([aFinding({ confidence: 0.6 }), aFinding({ confidence: 0.9 })], 0.9)).toBe(
      'fracture-detected',
    );
  });
});

function aFinding({
  confidence = 0.8,
  x = 0,
  y = 0,
}: {
  confidence?: number;
  x?: number;
  y?: number;
}): Finding {
  return { label: 'fracture', confidence, box: { x, y, width: 40, height: 40 }, polygon: null };
}
