import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createDiskGuard, evaluateDiskSpace } from '../../src/health/disk-guard.ts';

const limits = { lowBytes: 2_000, criticalBytes: 500 };

describe('the disk guard', () => {
  it('warns before the disk is full and fails before results are lost', () => {
    const states = [2_000, 1_999, 500, 499].map(
      (freeBytes) => evaluateDiskSpace({ freeBytes, totalBytes: 10_000 }, limits).state,
    );

    expect(states).toEqual(['ok', 'degraded', 'degraded', 'failed']);
  });

  it('the message states how much is free', () => {
    const outcome = evaluateDiskSpace({ freeBytes: 3 * 1024 ** 3, totalBytes: 100 * 1024 ** 3 }, limits);

    expect(outcome.message).toBe('The disk of the store has room: 3.0 of 100.0 GiB free.');
  });

  it('reads the filesystem the folder is on', async () => {
    const guard = createDiskGuard(tmpdir(), { lowBytes: 1, criticalBytes: 1 });

    const { freeBytes, totalBytes } = await guard.read();

    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
    expect((await guard.check.run()).state).toBe('ok');
  });

  it('does not call a folder that is gone healthy', async () => {
    await expect(createDiskGuard('/nowhere/at/all', limits).check.run()).rejects.toThrow();
  });
});
