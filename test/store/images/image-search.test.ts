import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageFilter } from '../../../src/store/images/image-finder.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { fillStore } from '../../support/many-images.ts';
import { aFolder, aStore } from '../a-store.ts';

const IMAGES = 100_000;
const NOW = Date.parse('2026-11-22T05:38:00Z');
/** Generous for a busy test machine; the bench report has the real figures. */
const MAX_MS = 100;

describe('the list of images', () => {
  it(
    'finds any page, count or rare kind among 100,000 images without a noticeable wait',
    { timeout: 120_000 },
    () => {
      const path = join(aFolder(), 'bonewatch.db');
      fillStore(path, IMAGES, NOW);
      using store = openStore(path, { clock: { now: () => NOW } });
      const day = 24 * 60 * 60_000;
      const filters: Record<string, ImageFilter> = {
        everything: {},
        'one day': { from: NOW - 40 * day, to: NOW - 39 * day },
        'one part': { regions: ['wrist'] },
        'a rare outcome of one part': { regions: ['ribs'], outcomes: ['fracture-detected'] },
        'nothing at all': { caseRef: 'NONE' },
        'without verdict': { isWithoutVerdict: true },
        'not analysed': { statuses: ['not-analysed'] },
      };

      const slow = Object.entries(filters).flatMap(([name, filter]) => {
        const { places } = store.search.outline(filter, 100);
        const works = {
          outline: () => store.search.outline(filter, 100),
          first: () => store.search.page(filter, null, 100),
          last: () => store.search.page(filter, places.at(-1) ?? null, 100),
        };
        return Object.entries(works).map(([work, run]) => [`${name}, ${work}`, bestOf(3, run)] as const);
      });

      console.info(slow.map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join('\n'));
      expect(slow.filter(([, ms]) => ms > MAX_MS)).toEqual([]);
    },
  );

  it('counts exactly what its pages hold, newest first', () => {
    const path = join(aFolder(), 'bonewatch.db');
    fillStore(path, 1000, NOW);
    using store = openStore(path, { clock: { now: () => NOW } });

    const { total, places } = store.search.outline(
      { outcomes: ['fracture-suspected', 'fracture-detected'] },
      7,
    );
    const rows = places.flatMap((place) =>
      store.search.page({ outcomes: ['fracture-suspected', 'fracture-detected'] }, place, 7),
    );

    expect(rows).toHaveLength(total);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(total);
    expect(rows.map(({ at }) => at)).toEqual(rows.map(({ at }) => at).toSorted((a, b) => b - a));
    expect(rows.every(({ findings }) => findings === 1)).toBe(true);
  });

  it('is empty where nothing has arrived', () => {
    const store = aStore();

    expect(store.search.outline({}, 100)).toEqual({ total: 0, places: [] });
    expect(store.search.page({}, null, 100)).toEqual([]);
  });
});

function bestOf(times: number, work: () => unknown): number {
  const durations = Array.from({ length: times }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...durations);
}
