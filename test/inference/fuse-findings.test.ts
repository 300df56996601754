import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/contract/finding.ts';
import { fuseFindings } from '../../src/inference/fuse-findings.ts';

describe('fused findings of several detectors', () => {
  it('overlapping boxes become one finding, nearer to the more confident box, that names both models', () => {
    const [finding, ...others] = fuseFindings(
      [
        { model: 'a', weight: 1, findings: [fracture({ x: 100, confidence: 0.9 })] },
        { model: 'b', weight: 1, findings: [fracture({ x: 110, confidence: 0.3 })] },
      ],
      0.5,
    );

    expect(others).toEqual([]);
    expect(finding?.box.x).toBeCloseTo(102.5, 9);
    expect(finding?.confidence).toBeCloseTo(0.6, 9);
    expect(finding?.models).toEqual(['a', 'b']);
  });

  it('a box that only one detector found loses confidence', () => {
    const found = fuseFindings(
      [
        { model: 'a', weight: 1, findings: [fracture({ x: 0, confidence: 0.8 })] },
        { model: 'b', weight: 1, findings: [fracture({ x: 300, confidence: 0.6 })] },
      ],
      0.5,
    );

    expect(found.map(({ confidence, models }) => [confidence, models])).toEqual([
      [0.4, ['a']],
      [0.3, ['b']],
    ]);
  });

  it('the confidence is the mean weighted by the weights of the models', () => {
    const [finding] = fuseFindings(
      [
        { model: 'a', weight: 3, findings: [fracture({ confidence: 0.8 })] },
        { model: 'b', weight: 1, findings: [] },
      ],
      0.5,
    );

    expect(finding?.confidence).toBeCloseTo(0.6, 9);
  });

  it('a fused finding has the outline of the model that draws one', () => {
    const polygon = [[0, 0] as const, [40, 0] as const, [40, 40] as const];
    const [finding] = fuseFindings(
      [
        { model: 'a', weight: 1, findings: [fracture({})] },
        { model: 'b', weight: 1, findings: [{ ...fracture({ confidence: 0.2 }), polygon }] },
      ],
      0.5,
    );

    expect(finding?.polygon).toEqual(polygon);
  });

  it('boxes with different labels are not fused', () => {
    const metal = { ...fracture({}), label: 'metal' };

    const found = fuseFindings(
      [
        { model: 'a', weight: 1, findings: [fracture({})] },
        { model: 'b', weight: 1, findings: [metal] },
      ],
      0.5,
    );

    expect(found).toHaveLength(2);
  });
});

function fracture({ x = 0, confidence = 0.5 }: { x?: number; confidence?: number }): Finding {
  return { label: 'fracture', confidence, box: { x, y: 0, width: 40, height: 40 }, polygon: null };
}
