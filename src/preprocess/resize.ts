import type { Picture } from './picture.ts';
import { shrink } from './shrink.ts';

/** Separable resize to float grey 0…65535: area average where a side shrinks, bilinear where it grows. */
export function resize(picture: Picture, width: number, height: number): Float32Array {
  if (width <= picture.width && height <= picture.height) return shrink(picture, width, height);
  const { samples, levels } = picture;
  const mask = levels.length - 1;
  const columns = tapsOf(picture.width, width);
  const rows = tapsOf(picture.height, height);
  const result = new Float32Array(width * height);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      let sum = 0;
      for (const [k, across] of row.weights.entries()) {
        const start = (row.start + k) * picture.width + column.start;
        for (const [j, along] of column.weights.entries()) {
          sum += (levels[(samples[start + j] ?? 0) & mask] ?? 0) * across * along;
        }
      }
      result[y * width + x] = sum;
    }
  }
  return result;
}

/** First source pixel of a target and the weights from there on. */
interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

function tapsOf(from: number, to: number): readonly Taps[] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, i) =>
    ratio > 1 ? areaTaps(i * ratio, (i + 1) * ratio, from) : bilinearTaps((i + 0.5) * ratio - 0.5, from),
  );
}

function areaTaps(begin: number, end: number, size: number): Taps {
  const start = Math.floor(begin + 1e-9);
  const last = Math.min(size, Math.ceil(end - 1e-9));
  const weights = Array.from({ length: last - start }, (_, k) => {
    const covered = Math.min(end, start + k + 1) - Math.max(begin, start + k);
    return covered / (end - begin);
  });
  return { start, weights };
}

function bilinearTaps(centre: number, size: number): Taps {
  const start = Math.floor(centre);
  if (start < 0) return { start: 0, weights: [1] };
  if (start >= size - 1) return { start: size - 1, weights: [1] };
  const second = centre - start;
  return { start, weights: [1 - second, second] };
}
