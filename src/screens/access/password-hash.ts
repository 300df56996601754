import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { BonewatchError } from '../../contract/errors.ts';

interface HashCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * RFC 7914; N, r and p as OWASP's Password Storage Cheat Sheet gives them for 32 MiB. Each hash names its own, so that
 * they can be raised later.
 */
const DEFAULT_COST: HashCost = { N: 2 ** 15, r: 8, p: 3 };
const MAX_MEMORY_BYTES = 256 * 1024 ** 2;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MIN_LENGTH = 10;
const MAX_LENGTH = 200;

/** The hash of a password as it is stored: `scrypt$N$r$p$salt$hash`, base64url. */
export async function hashPassword(password: string, cost = DEFAULT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const { N, r, p } = cost;
  const hash = await derive(password, salt, cost);
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password matches a stored hash. Slow on purpose. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt = '', hash = ''] = stored.split('$');
  if (scheme !== 'scrypt') throw new Error(`The password hash has the unknown scheme ${scheme}.`);
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), cost, expected.length);
  return timingSafeEqual(actual, expected);
}

/** Throws USER_INVALID for a password that is easily guessed, too short or too long. */
export function checkPassword(password: string, name: string): void {
  const { length } = password;
  if (length < MIN_LENGTH || length > MAX_LENGTH)
    throw new BonewatchError('USER_INVALID', `A password has ${MIN_LENGTH} to ${MAX_LENGTH} characters.`);
  if (new Set(password).size < 5 || password.toLowerCase().includes(name.toLowerCase()))
    throw new BonewatchError('USER_INVALID', 'That password is too easily guessed.');
}

function derive(password: string, salt: Buffer, cost: HashCost, bytes = HASH_BYTES): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const options = { ...cost, maxmem: MAX_MEMORY_BYTES };
  // The same word can be different code points on different keyboards, often so in Korean.
  scrypt(password.normalize('NFKC'), salt, bytes, options, (error, hash) => {
    if (error) reject(error);
    else resolve(hash);
  });
  return promise;
}
