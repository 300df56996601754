import { createHistogram } from 'node:perf_hooks';

interface EventLoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface EventLoopWatch extends Disposable {
  /** Delays of this thread's timers since the last call, in seconds; one sample every 10 ms. */
  take(): EventLoopDelay;
}

const TICK_MS = 10;

/**
 * Measures the delay of this thread's event loop until disposed; does not prevent the process from exiting.
 * Not `monitorEventLoopDelay`: its `reset` drops the current tick, so a scrape that waited for a block to end would
 * never see that block.
 */
export function watchEventLoop(): EventLoopWatch {
  const histogram = createHistogram();
  let dueMs = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    histogram.record(Math.max(1, Math.round((nowMs - dueMs) * 1e6)));
    dueMs = nowMs + TICK_MS;
  }, TICK_MS).unref();

  return {
    take() {
      if (histogram.count === 0) return { p50: 0, p99: 0, max: 0 };
      const delay = {
        p50: histogram.percentile(50) / 1e9,
        p99: histogram.percentile(99) / 1e9,
        max: histogram.max / 1e9,
      };
      histogram.reset();
      return delay;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}
