import { expect, it } from 'vitest';
import { toClause, toSentence } from '../../src/contract/sentence.ts';

it('text of another program becomes a sentence with exactly one full stop', () => {
  expect(toSentence('connect ECONNREFUSED 127.0.0.1:1883')).toBe('Connect ECONNREFUSED 127.0.0.1:1883.');
  expect(toSentence('Already a sentence.')).toBe('Already a sentence.');
});

it('a sentence becomes a clause without its full stop', () => {
  expect(toClause('No answer within 3000 ms.')).toBe('No answer within 3000 ms');
  expect(toClause('no stop ')).toBe('no stop');
});
