import { greyLineOf } from './grey-line.ts';
import type { Picture } from './picture.ts';
import { pixelSharesOf, type PixelShares } from './pixel-shares.ts';
import { MAX_ROWS, shrinkEvenly } from './shrink-evenly.ts';

/** Which source pixels each target is the average of. */
interface Area {
  readonly rows: PixelShares;
  readonly columns: PixelShares;
  /** 1 / the number of source pixels per target. */
  readonly scale: number;
}

/**
 * Shrinks a picture in both directions by area averaging: float grey 0…65535, row-major. `height` and `width`
 * must not exceed the picture's. Most radiographs have a linear window, which takes a faster path.
 */
export function shrink(picture: Picture, width: number, height: number): Float32Array {
  const [down, across] = [picture.height / height, picture.width / width];
  const area = {
    rows: pixelSharesOf(picture.height, height),
    columns: pixelSharesOf(picture.width, width),
    scale: 1 / (down * across),
  };
  const line = Math.ceil(down) < MAX_ROWS ? greyLineOf(picture.levels) : null;
  return line ? shrinkEvenly(picture, line, area) : shrinkByTable(picture, area);
}

/**
 * For any levels. Written for speed, since it reads every pixel of a large picture: rows of equal weight are
 * added four at a time, and each pixel that two targets share is looked up once.
 */
export function shrinkByTable(
  { samples, levels, width: sourceWidth }: Omit<Picture, 'height'>,
  { rows, columns, scale }: Area,
): Float32Array {
  const mask = levels.length - 1;
  const [height, width] = [rows.shares.length, columns.shares.length];
  const result = new Float32Array(width * height);
  /** The sum of the rows above the current one, per source column. */
  const sums = new Float64Array(sourceWidth);
  let row = 0;
  for (let y = 0; y < height; y += 1) {
    const shared = rows.shared[y] ?? 0;
    row = addRows({ samples, levels, width: sourceWidth }, row, shared, sums);
    const above = rows.shares[y] ?? 0;
    const below = 1 - above;
    const start = row * sourceWidth;
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
      result[y * width + x] = (sum + left) * scale;
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
