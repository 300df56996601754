import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SLOW_TESTS } from '../slow-tests.ts';

it('every pattern of the slow tests matches a file, so that a renamed test does not become a unit test', () => {
  expect(SLOW_TESTS.filter((pattern) => globSync(pattern).length === 0)).toEqual([]);
});
