/** How the pixels of one side are shared among fewer targets. */
export interface PixelShares {
  /** Per target: the last source pixel it covers. */
  readonly shared: Int32Array;
  /** Per target: how much of that pixel is its own; the next target has the rest. */
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
