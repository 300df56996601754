import type { Picture } from './resize.ts';

/**
 * A picture made smaller in both directions by averaging areas: float grey 0…65535, row-major. Written for speed,
 * since it looks at every pixel of a large picture: rows of equal weight are added four at a time, and each of the
 * pixels that two targets share is looked up once. `height` and `width` must not be larger than the picture's.
 */
export function shrink({ samples, levels, ...from }: Picture, width: number, height: number): Float32Array {
  const mask = levels.length - 1;
  const rows = sharesOf(from.height, height);
  const columns = sharesOf(from.width, width);
  const area = (from.width / width) * (from.height / height);
  const result = new Float32Array(width * height);
  /** What the rows above the present one add to each source column. */
  const sums = new Float64Array(from.width);
  let row = 0;
  for (let y = 0; y < height; y += 1) {
    const shared = rows.shared[y] ?? 0;
    row = addRows({ samples, levels, width: from.width }, row, shared, sums);
    const above = rows.shares[y] ?? 0;
    const below = 1 - above;
    const start = row * from.width;
    let at = 0;
    let carried = 0;
    for (let x = 0; x < width; x += 1) {
      const end = columns.shared[x] ?? 0;
      let sum = carried;
      for (; at < end; at += 1) {
        const level = levels[(samples[start + at] ?? 0) & mask] ?? 0;
        sum += (sums[at] ?? 0) + level * above;
        sums[at] = level * below;
      }
      const level = levels[(samples[start + at] ?? 0) & mask] ?? 0;
      const last = (sums[at] ?? 0) + level * above;
      sums[at] = level * below;
      at += 1;
      const left = last * (columns.shares[x] ?? 0);
      result[y * width + x] = (sum + left) / area;
      carried = last - left;
    }
    row += 1;
  }
  return result;
}

function addRows(
  { samples, levels, width }: Pick<Picture, 'samples' | 'levels' | 'width'>,
  first: number,
  end: number,
  sums: Float64Array,
): number {
  const mask = levels.length - 1;
  let row = first;
  for (; row + 4 <= end; row += 4) {
    const [a, b, c, d] = [row * width, (row + 1) * width, (row + 2) * width, (row + 3) * width];
    for (let x = 0; x < width; x += 1) {
      const four =
        (levels[(samples[a + x] ?? 0) & mask] ?? 0) +
        (levels[(samples[b + x] ?? 0) & mask] ?? 0) +
        (levels[(samples[c + x] ?? 0) & mask] ?? 0) +
        (levels[(samples[d + x] ?? 0) & mask] ?? 0);
      sums[x] = (sums[x] ?? 0) + four;
    }
  }
  for (; row < end; row += 1) {
    const start = row * width;
    for (let x = 0; x < width; x += 1) {
      sums[x] = (sums[x] ?? 0) + (levels[(samples[start + x] ?? 0) & mask] ?? 0);
    }
  }
  return row;
}

/** Per target: the last source pixel it covers, and which share of that; the next target has the rest. */
function sharesOf(from: number, to: number): { readonly shared: Int32Array; readonly shares: Float64Array } {
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
