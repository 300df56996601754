import { PHANTOM_KINDS, type PhantomKind, type PhantomRequest } from './draw-phantom.ts';

/** First and last seeds for the demo and the tests, and for training; the ranges do not overlap. */
export const PHANTOM_SEEDS = {
  demo: { first: 1, last: 999 },
  training: { first: 1000, last: 999_999 },
} as const;

/** Each kind fractured and intact, of six different people; what the demo and the self-test show. */
export const DEMO_PHANTOMS: readonly PhantomRequest[] = [
  { kind: 'forearm', isFractured: true, seed: 12 },
  { kind: 'hand', isFractured: true, seed: 2 },
  { kind: 'hip', isFractured: true, seed: 3 },
  { kind: 'forearm', isFractured: false, seed: 4 },
  { kind: 'hand', isFractured: false, seed: 5 },
  { kind: 'hip', isFractured: false, seed: 6 },
];

/**
 * `count` phantoms from `firstSeed` on: a fractured one and its intact twin per seed; the kind alternates
 * by seed. Throws a `RangeError` for a count or seed that is negative or not a whole number.
 */
export function phantomSeries(count: number, firstSeed: number): readonly PhantomRequest[] {
  for (const value of [count, firstSeed]) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`${value} is not a whole number from 0 on`);
  }
  return Array.from({ length: count }, (_, index) => {
    const seed = firstSeed + Math.floor(index / 2);
    return { kind: kindOfSeed(seed), isFractured: index % 2 === 0, seed };
  });
}

/** `phantom-<kind>-<seed>-<fractured|intact>`, without an extension. */
export function phantomName({ kind, seed, isFractured }: PhantomRequest): string {
  return `phantom-${kind}-${seed}-${isFractured ? 'fractured' : 'intact'}`;
}

function kindOfSeed(seed: number): PhantomKind {
  return PHANTOM_KINDS[seed % PHANTOM_KINDS.length] ?? 'forearm';
}
