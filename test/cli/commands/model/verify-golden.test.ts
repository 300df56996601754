import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../../src/cli/commands/model/verify-golden.ts';
import type { Finding } from '../../../../src/contract/finding.ts';

describe('a golden phantom', () => {
  const expected = {
    phantom: 'phantom-hip-3-fractured',
    boxes: [{ x: 100, y: 100, width: 40, height: 40 }],
    tolerancePx: 20,
  };

  it('a golden phantom is verified when the fracture is found where it was drawn', () => {
    expect(faultOf([aFinding({ x: 110, y: 95 })], expected)).toBeNull();
  });

  it('a golden phantom fails when the fracture is missed', () => {
    expect(faultOf([], expected)).toBe('1 of 1 expected findings missed');
  });

  it('a golden phantom fails on a finding elsewhere, or on an intact bone', () => {
    expect(faultOf([aFinding({ x: 110, y: 95 }), aFinding({ x: 400, y: 400 })], expected)).toBe(
      '1 findings where there is nothing',
    );
    expect(faultOf([aFinding({ x: 0, y: 0 })], { ...expected, boxes: [] })).toBe(
      '1 findings where there is nothing',
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
