import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/analysis/analyze-file.ts';
import { startOfDay } from '../../src/daemon/status-publisher.ts';
import type { Finding } from '../../src/contract/finding.ts';

describe('the outcome of an image', () => {
  it('is decided by its clearest finding', () => {
    expect(outcomeOf([], 0.9)).toBe('no-fracture-detected');
    expect(outcomeOf([aFinding({ confidence: 0.6 })], 0.9)).toBe('fracture-suspected');
    expect(outcomeOf([aFinding({ confidence: 0.6 }), aFinding({ confidence: 0.9 })], 0.9)).toBe(
      'fracture-detected',
    );
  });
});

describe('the day of the hospital', () => {
  it('begins at its own midnight, not at that of UTC', () => {
    const evening = Date.parse('2026-11-22T23:30:15.250Z');

    expect(new Date(startOfDay(evening, 'Asia/Seoul')).toISOString()).toBe('2026-11-22T15:00:00.000Z');
    expect(new Date(startOfDay(evening, 'UTC')).toISOString()).toBe('2026-11-22T00:00:00.000Z');
  });

  it('is right in the first minute after midnight', () => {
    const justAfter = Date.parse('2026-11-22T15:00:30Z');

    expect(new Date(startOfDay(justAfter, 'Asia/Seoul')).toISOString()).toBe('2026-11-22T15:00:00.000Z');
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
