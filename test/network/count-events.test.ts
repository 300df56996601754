import { expect, it } from 'vitest';
import { countEvents } from '../../src/network/count-events.ts';
import { waitUntil } from '../support/wait-until.ts';

it('reports the first event of a kind at once and the number of those that follow later', async () => {
  const reports: object[] = [];
  using counter = countEvents({ intervalMs: 20, report: (event) => reports.push(event) });

  for (let count = 0; count < 1000; count += 1) counter.add({ page: 'a' });
  expect(reports).toEqual([{ page: 'a', count: 1 }]);

  await waitUntil('the second report', () => reports[1]);
  expect(reports).toEqual([
    { page: 'a', count: 1 },
    { page: 'a', count: 999 },
  ]);
});

it('reports kinds beyond the first twenty as one', () => {
  const reports: object[] = [];
  using counter = countEvents({ report: (event) => reports.push(event) });

  for (let count = 0; count < 5000; count += 1) counter.add({ page: String(count) });

  expect(reports).toHaveLength(21);
});
