import type { IndexedPicture } from '../../contract/radiograph.ts';

/** A picture's display pixels, one by one: row-major, 0 black … 65535 white. */
export function spreadPicture({ width, height, samples, levels }: IndexedPicture): Uint16Array {
  const pixels = new Uint16Array(width * height);
  const mask = levels.length - 1;
  for (let index = 0; index < pixels.length; index += 1) {
    pixels[index] = levels[(samples[index] ?? 0) & mask] ?? 0;
  }
  return pixels;
}

let same: Uint16Array | null = null;

/** The levels of samples that are display grey already. */
export function sameLevels(): Uint16Array {
  same ??= Uint16Array.from({ length: 65536 }, (_, level) => level);
  return same;
}
