import { expect, it } from 'vitest';
import { hashPassword, unmatchableHash, verifyPassword } from '../../../src/screens/access/password-hash.ts';

it('a check against the hash of no user costs as much as any other and fails', async () => {
  const cost = { N: 2 ** 8, r: 8, p: 1 };
  const real = (await hashPassword('a long enough secret', cost)).split('$');
  const decoy = unmatchableHash(cost);

  expect(decoy.split('$').slice(0, 4)).toEqual(real.slice(0, 4));
  expect(decoy).toHaveLength(real.join('$').length);
  expect(await verifyPassword('a long enough secret', decoy)).toBe(false);
  expect(await verifyPassword('a long enough secret', real.join('$'))).toBe(true);
});
