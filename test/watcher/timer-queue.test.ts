import { expect, it } from 'vitest';
import { createTimerQueue } from '../../src/watcher/timer-queue.ts';
import { until } from './an-inbox.ts';

it('does everything in the order of its time, none before it', async () => {
  const done: { readonly due: number; readonly early: boolean }[] = [];
  const queue = createTimerQueue<number>((due) => done.push({ due, early: performance.now() < due }));
  const now = performance.now();
  const times = Array.from({ length: 500 }, (_, n) => now + ((n * 7919) % 100));

  for (const time of times) queue.add(time, time);
  await until(() => done.length === times.length);

  expect(done.map(({ due }) => due)).toEqual(times.toSorted((a, b) => a - b));
  expect(done.some(({ early }) => early)).toBe(false);
  expect(queue.size).toBe(0);
});
