/** Work of which only so much is done at once. */
export interface Limiter<Item> {
  add(item: Item): void;
  /** Settles when nothing is being done. */
  idle(): Promise<void>;
}

/**
 * Does at most `atOnce` items at a time; among those that wait, the newest or the oldest is next.
 * Work must not reject for anything the world does: what it rejects with ends the process.
 */
export function createLimiter<Item>(
  atOnce: number,
  first: 'newest' | 'oldest',
  work: (item: Item) => Promise<void>,
): Limiter<Item> {
  let waiting: Item[] = [];
  let next = 0;
  let running = 0;
  let idle = Promise.withResolvers<undefined>();

  function take(): Item | undefined {
    if (first === 'newest') return waiting.pop();
    const item = waiting[next++];
    if (next >= waiting.length) {
      waiting = [];
      next = 0;
    }
    return item;
  }

  async function run(item: Item): Promise<void> {
    running++;
    try {
      await work(item);
    } finally {
      running--;
      const following = take();
      if (following !== undefined) void run(following);
      else if (running === 0) idle.resolve(undefined);
    }
  }

  return {
    add(item) {
      if (running < atOnce) void run(item);
      else waiting.push(item);
    },
    async idle() {
      if (running === 0) return;
      idle = Promise.withResolvers();
      await idle.promise;
    },
  };
}
