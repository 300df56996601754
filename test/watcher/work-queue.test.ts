import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createWorkQueue } from '../../src/watcher/work-queue.ts';

const run = promisify(execFile);
const MODULE = new URL('../../src/watcher/work-queue.ts', import.meta.url).href;

describe('a work queue', () => {
  it('does no more items at once than its concurrency, and drains when all are done', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    const queue = createWorkQueue<number>(2, async (item) => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done.push(item);
    });

    for (const item of [1, 2, 3, 4, 5]) void queue.push(item);
    await queue.drained();

    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('ends the process with what its work rejects with', async () => {
    const program = `
      const { createWorkQueue } = await import(${JSON.stringify(MODULE)});
      void createWorkQueue(1, () => Promise.reject(new Error('a bug'))).push(1);
      setTimeout(() => console.log('went on'), 5000);`;

    const failure = run(process.execPath, ['--input-type=module', '--eval', program]);

    await expect(failure).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('a bug') as string,
    });
  });
});
