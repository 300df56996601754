import { expect, it } from 'vitest';
import { connectionBudget, readMaxOpenFiles } from '../../src/network/connection-budget.ts';

it('leaves file descriptors for images whatever the limit of the process is', () => {
  const wanted = { max: 8192, maxPerMachine: 128 };

  for (const maxOpenFiles of [1024, 4096, 16_384]) {
    const { max } = connectionBudget(wanted, maxOpenFiles);
    expect(max * 2).toBeLessThanOrEqual(maxOpenFiles - 512);
  }
});

it('leaves a few connections to the pages where the process may open very few files', () => {
  expect(connectionBudget({ max: 1024, maxPerMachine: 128 }, 256)).toEqual({ max: 32, maxPerMachine: 32 });
});

it('reads the limit of this process', () => {
  expect(readMaxOpenFiles()).toBeGreaterThan(0);
});
