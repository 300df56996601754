import type { Interval } from './evaluated-image.ts';

const REPETITIONS = 1000;
const SEED = 1;

/**
 * How often each image counts in each of 1,000 draws of whole groups, with replacement. The same groups give the same
 * draws.
 */
export function drawGroups(groups: readonly string[]): readonly Uint16Array[] {
  const members = [...Map.groupBy(groups.keys(), (index) => groups[index] ?? '').values()];
  const random = createRandom(SEED);
  return Array.from({ length: REPETITIONS }, () => {
    const weights = new Uint16Array(groups.length);
    for (let draw = 0; draw < members.length; draw += 1) {
      for (const index of members[Math.floor(random() * members.length)] ?? []) {
        weights[index] = (weights[index] ?? 0) + 1;
      }
    }
    return weights;
  });
}

/** The middle 95 % of a figure over the draws; draws without a value are left out. */
export function interval95(
  draws: readonly Uint16Array[],
  figure: (weights: Uint16Array) => number | null,
): Interval {
  const values = draws
    .map(figure)
    .filter((value) => value !== null && !Number.isNaN(value))
    .toSorted((a, b) => (a ?? 0) - (b ?? 0)) as number[];
  return [percentile(values, 0.025), percentile(values, 0.975)];
}

/** The value below which a share of sorted values lies, linear between them; NaN for none. */
export function percentile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** Mulberry32: small, and good enough for sampling. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
