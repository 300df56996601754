import { promise as createQueue, type queueAsPromised } from 'fastq';

export type WorkQueue<Item> = queueAsPromised<Item, unknown>;

/**
 * A queue that does at most `concurrency` items at once. Work handles failures of the environment; any
 * rejection is a bug and ends the process, which the promises of a plain queue would hide.
 */
export function createWorkQueue<Item>(
  concurrency: number,
  work: (item: Item) => Promise<void>,
): WorkQueue<Item> {
  const queue = createQueue<unknown, Item, unknown>(work, concurrency);
  queue.error((error: Error | null) => {
    if (error !== null) throw error;
  });
  return queue;
}
