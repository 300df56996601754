import { describe, expect, it } from 'vitest';
import { DEMO_PHANTOMS, PHANTOM_SEEDS, phantomName, phantomSeries } from '../../src/phantom/phantom-set.ts';

describe('the set of phantoms', () => {
  it('never includes training phantoms in the demo', () => {
    const { demo, training } = PHANTOM_SEEDS;

    expect(demo.last).toBeLessThan(training.first);
    for (const { seed } of DEMO_PHANTOMS) {
      expect(seed).toBeGreaterThanOrEqual(demo.first);
      expect(seed).toBeLessThanOrEqual(demo.last);
    }
  });

  it('contains each kind once fractured and once intact', () => {
    const shown = DEMO_PHANTOMS.map(({ kind, isFractured }) => `${kind} ${isFractured}`);

    expect(shown.toSorted()).toEqual([
      'forearm false',
      'forearm true',
      'hand false',
      'hand true',
      'hip false',
      'hip true',
    ]);
  });

  it('contains a fractured phantom and its intact twin of each seed, alternating between the kinds', () => {
    expect(phantomSeries(5, 1000).map(phantomName)).toEqual([
      'phantom-hand-1000-fractured',
      'phantom-hand-1000-intact',
      'phantom-hip-1001-fractured',
      'phantom-hip-1001-intact',
      'phantom-forearm-1002-fractured',
    ]);
  });

  it.each([
    [-1, 0],
    [1.5, 0],
    [1, -1],
    [1, Number.NaN],
  ])('rejects %s phantoms from seed %s', (count, firstSeed) => {
    expect(() => phantomSeries(count, firstSeed)).toThrow(RangeError);
  });
});
