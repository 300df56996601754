import { describe, expect, it } from 'vitest';
import { watchEventLoop } from '../../src/health/watch-event-loop.ts';
import { waitUntil } from '../support/wait-until.ts';

function blockFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('watchEventLoop', () => {
  it('shows a blocked main thread as the time it was blocked, and resets after each reading', async () => {
    using watch = watchEventLoop();
    await waitUntil('it measures', () => watch.take().max > 0 || undefined);

    blockFor(150);
    const worst = await waitUntil('the delay is recorded', () => {
      const { max } = watch.take();
      return max > 0.05 ? max : undefined;
    });

    expect(worst).toBeGreaterThan(0.12);
    expect(worst).toBeLessThan(2);
    expect(watch.take().max).toBeLessThan(0.12);
  });
});
