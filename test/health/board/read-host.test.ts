import { expect, it } from 'vitest';
import { readHost } from '../../../src/health/board/read-host.ts';

it('reads the machine that the daemon runs on', async () => {
  const host = await readHost();

  expect(host.architecture).toBe(process.arch);
  expect(host.cores).toBeGreaterThan(0);
  expect(host.memoryTotalBytes).toBeGreaterThan(host.memoryAvailableBytes);
  expect(host.kernel).not.toBe('');
});
