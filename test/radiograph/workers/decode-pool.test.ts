import { afterEach, describe, expect, it } from 'vitest';
import {
  createWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
} from '../../../src/radiograph/workers/decode-pool.ts';
import { waitUntil } from '../../support/wait-until.ts';

const MISBEHAVING = new URL('./misbehaving-worker.ts', import.meta.url);

const pools: WorkerPool[] = [];

afterEach(() => Promise.all(pools.splice(0).map((pool) => pool[Symbol.asyncDispose]())));

function aPool(options: Partial<WorkerPoolOptions> = {}): WorkerPool {
  const pool = createWorkerPool({ workerUrl: MISBEHAVING, size: 1, deadlineMs: 5000, ...options });
  pools.push(pool);
  return pool;
}

describe('a file that fails in the decoder', () => {
  it('that hangs is rejected at the deadline, and the next file is decoded', async () => {
    const pool = aPool({ deadlineMs: 300 });

    const hanging = pool.run('hang');
    const next = pool.run('answer');

    await expect(hanging).rejects.toMatchObject({ code: 'DECODE_TIMEOUT' });
    await expect(next).resolves.toBeTypeOf('number');
  });

  it.each([
    ['exits the thread', 'exit'],
    ['throws an unexpected error', 'crash'],
  ])('that %s does not affect the next file', async (_, behaviour) => {
    const pool = aPool();

    const failing = pool.run(behaviour);
    const next = pool.run('answer');

    await expect(failing).rejects.toMatchObject({ code: 'DECODE_CRASHED' });
    await expect(next).resolves.toBeTypeOf('number');
  });

  it('that exhausts the memory limit ends only its own thread', async () => {
    const pool = aPool({ resourceLimits: { maxOldGenerationSizeMb: 32 }, deadlineMs: 20_000 });

    await expect(pool.run('fill the heap')).rejects.toMatchObject({ code: 'DECODE_CRASHED' });
    await expect(pool.run('answer')).resolves.toBeTypeOf('number');
  });

  it('that is corrupt gets its thread replaced before the next file', async () => {
    const pool = aPool();

    const before = await pool.run('answer');
    await expect(pool.run('corrupt')).rejects.toMatchObject({ code: 'PIXELS_CORRUPT' });
    const after = await pool.run('answer');

    expect(after).not.toBe(before);
  });

  it('that is refused gets its own error code, and its thread is reused', async () => {
    const pool = aPool();

    const before = await pool.run('answer');
    const refusal = { code: 'DICOM_NO_PIXELS', message: 'The DICOM object holds no image.' };
    await expect(pool.run('refuse')).rejects.toMatchObject(refusal);

    expect(await pool.run('answer')).toBe(before);
  });
});

describe('the decode queue', () => {
  it('starts the deadline when a worker takes the task, not when it is queued', async () => {
    const pool = aPool({ deadlineMs: 400 });

    const answers = await Promise.all(Array.from({ length: 5 }, () => pool.run('wait')));

    expect(new Set(answers).size).toBe(1);
  });

  it('decodes as many files at a time as it has threads', async () => {
    const pool = aPool({ size: 2 });

    const threads = await Promise.all(Array.from({ length: 4 }, () => pool.run('wait')));

    expect(new Set(threads).size).toBe(2);
    expect(pool.idle).toBe(2);
  });

  it('drops a queued file and stops a running one when their signal aborts', async () => {
    const pool = aPool();
    const stop = new AbortController();

    const running = pool.run('hang', stop.signal);
    const waiting = pool.run('hang', stop.signal);
    stop.abort(new Error('shutting down'));

    await expect(running).rejects.toThrow('shutting down');
    await expect(waiting).rejects.toThrow('shutting down');
    await expect(pool.run('answer')).resolves.toBeTypeOf('number');
  });

  it('starts a replacement thread before the next file arrives', async () => {
    const pool = aPool();

    await expect(pool.run('corrupt')).rejects.toThrow();

    await waitUntil('a fresh thread', () => (pool.idle === 1 ? true : undefined));
  });

  it('decodes only one large image at a time', async () => {
    const pool = aPool({ size: 2 });

    const tasks = (await Promise.all([1, 2, 3].map(() => pool.run('use the large-image slot')))) as {
      startedAt: number;
      endedAt: number;
    }[];

    const inOrder = tasks.toSorted((a, b) => a.startedAt - b.startedAt);
    expect(inOrder[1]!.startedAt).toBeGreaterThanOrEqual(inOrder[0]!.endedAt);
    expect(inOrder[2]!.startedAt).toBeGreaterThanOrEqual(inOrder[1]!.endedAt);
  });

  it('passes the large-image slot on when its holder hangs', async () => {
    const pool = aPool({ size: 2, deadlineMs: 1500 });

    const hanging = pool.run('hang with the large-image slot');
    const next = pool.run('use the large-image slot');

    await expect(hanging).rejects.toMatchObject({ code: 'DECODE_TIMEOUT' });
    await expect(next).resolves.toBeDefined();
  });

  it('transfers pixels without copying them', async () => {
    const pool = aPool();

    expect(await pool.run('buffer')).toEqual(new Uint8Array(1000).fill(7));
  });

  it('rejects the file when its threads cannot start, instead of retrying forever', async () => {
    const pool = aPool({ workerUrl: new URL('./workers/missing-worker.ts', import.meta.url) });

    await expect(pool.run('answer')).rejects.toMatchObject({ code: 'DECODER_UNAVAILABLE' });
    expect(pool.idle).toBe(0);
  });

  it('aborts running tasks when it is closed', async () => {
    const pool = aPool();
    const hanging = pool.run('hang');
    const ended = expect(hanging).rejects.toMatchObject({ name: 'AbortError' });

    await pool[Symbol.asyncDispose]();

    await ended;
    await expect(pool.run('answer')).rejects.toMatchObject({ name: 'AbortError' });
  });
});
