import { kernelsWith, layOut } from '../kernels/kernels.ts';
import type { GreyLine } from './grey-line.ts';
import type { Picture } from './picture.ts';
import type { PixelShares } from './pixel-shares.ts';

/** More rows per target row would take too much of the kernels' memory. */
export const MAX_ROWS = 64;

/**
 * As `shrink`, for levels on a straight line, which SIMD computes for several samples at once; the samples
 * are copied to the kernels' memory one target row at a time. A target row may cover at most MAX_ROWS.
 */
export function shrinkEvenly(
  { samples, width }: Pick<Picture, 'samples' | 'width'>,
  { bias, mask, gain, offset }: GreyLine,
  {
    rows,
    columns,
    scale,
  }: { readonly rows: PixelShares; readonly columns: PixelShares; readonly scale: number },
): Float32Array {
  const [height, targets] = [rows.shares.length, columns.shares.length];
  const stripSamples = width * (Math.ceil(samples.length / width / height) + 1);
  const parts = [4 * width, 4 * width, 4 * targets, 4 * targets, 4 * targets, 2 * stripSamples];
  const [sums = 0, carried = 0, ends = 0, shares = 0, target = 0, strip = 0, size = 0] = layOut(...parts);
  const { buffer, averageRows, averageColumns } = kernelsWith(size);
  new Float32Array(buffer, carried, width).fill(0);
  new Uint32Array(buffer, ends, targets).set(columns.shared.map((column) => column * 4));
  new Float32Array(buffer, shares, targets).set(columns.shares);
  const line = new Float32Array(buffer, target, targets);
  const covered = new Uint16Array(buffer, strip, stripSamples);
  const result = new Float32Array(height * targets);
  let row = 0;
  for (let y = 0; y < height; y += 1) {
    const shared = rows.shared[y] ?? 0;
    covered.set(samples.subarray(row * width, (shared + 1) * width));
    const share = rows.shares[y] ?? 0;
    averageRows(strip, sums, carried, width, shared - row, share, bias, mask, gain, offset);
    averageColumns(sums, ends, shares, target, targets, scale);
    result.set(line, y * targets);
    row = shared + 1;
  }
  return result;
}
