import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernels } from '../support/compile-kernels.ts';

test('the compiled kernels match their sources', async () => {
  const compiled = await readFile(new URL('../../src/kernels/compiled.ts', import.meta.url), 'utf8');
  expect(compiled, 'run `npm run build:kernels`').toBe(await compileKernels());
});
