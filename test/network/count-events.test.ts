import { expect, it } from 'vitest';
import { countEvents } from '../../src/network/count-events.ts';
import { waitUntil } from '../support/wait-until.ts';

it('reports the first event of a key at once and the number of those that follow later', async () => {
  const reports: (readonly [string, number])[] = [];
  using counter = countEvents({ intervalMs: 20, report: (key, count) => reports.push([key, count]) });

  for (let count = 0; count < 1000; count += 1) counter.add('a page');
  expect(reports).toEqual([['a page', 1]]);

  await waitUntil('the second report', () => reports[1]);
  expect(reports).toEqual([
    ['a page', 1],
    ['a page', 999],
  ]);
});

it('reports keys beyond the first hundred as one', () => {
  const keys = new Set<string>();
  using counter = countEvents({ report: (key) => keys.add(key) });

  for (let count = 0; count < 5000; count += 1) counter.add(`page ${count}`);

  expect(keys.size).toBe(101);
});
