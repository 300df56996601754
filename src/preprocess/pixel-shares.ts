/** How the pixels along one side are distributed over fewer target pixels. */
export interface PixelShares {
  /** Per target: the last source pixel it covers. */
  readonly shared: Int32Array;
  /** Per target: its share of that pixel; the rest belongs to the next target. */
  readonly shares: Float64Array;
}

export function pixelSharesOf(from: number, to: number): PixelShares {
  const ratio = from / to;
  const shared = new Int32Array(to);
  const shares = new Float64Array(to);
  for (let target = 0; target < to; target += 1) {
    const end = (target + 1) * ratio;
    const last = Math.min(from, Math.ceil(end - 1e-9)) - 1;
    shared[target] = last;
    shares[target] = Math.min(end - last, 1);
  }
  return { shared, shares };
}
