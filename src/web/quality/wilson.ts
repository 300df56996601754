/** A share with its Wilson 95 % interval; null for zero of zero. */
export function wilson(
  part: number,
  all: number,
): { readonly share: number; readonly low: number; readonly high: number } | null {
  if (all === 0) return null;
  const z = 1.96;
  const share = part / all;
  const denominator = 1 + (z * z) / all;
  const middle = (share + (z * z) / (2 * all)) / denominator;
  const half = (z * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all))) / denominator;
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Below this many cases only the interval is shown, since the share alone would mislead. */
export const MIN_CASES = 20;
