import type { IndexedPicture } from '../../contract/radiograph.ts';

/** Expands a picture to display pixels: row-major, 0 black … 65535 white. */
export function spreadPicture({ width, height, samples, levels }: IndexedPicture): Uint16Array {
  const pixels = new Uint16Array(width * height);
  const mask = levels.length - 1;
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = levels[(samples[index] ?? 0) & mask] ?? 0;
  }
  return pixels;
}

let same: Uint16Array | null = null;

/** The identity levels, for samples that already are display grey. */
export function sameLevels(): Uint16Array {
  same ??= Uint16Array.from({ length: 65536 }, (_, level) => level);
  return same;
}
