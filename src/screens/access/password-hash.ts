import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

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

/** The hash of a password as it is stored: `scrypt$N$r$p$salt$hash`, base64url. */
export async function hashPassword(password: string, cost = DEFAULT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const { N, r, p } = cost;
  const hash = await derive(password, salt, cost);
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** A hash in the form of `hashPassword` that no password has: checking against it takes as long as against any other. */
export function unmatchableHash({ N, r, p }: HashCost = DEFAULT_COST): string {
  const [salt, hash] = [randomBytes(SALT_BYTES), randomBytes(HASH_BYTES)];
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
