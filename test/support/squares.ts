import { encodePng } from '../../src/radiograph/raster-codec.ts';

/**
 * A small PNG that the tiny model sees a fracture in (a white square) or none; every number gives another picture.
 */
export async function squarePng(
  number: number,
  { isFractured }: { readonly isFractured: boolean },
): Promise<Buffer> {
  const side = 128;
  const pixels = new Uint8Array(side * side).fill(8);
  // The number, in dark greys that no threshold reaches.
  for (let bit = 0; bit < 16; bit += 1) pixels[bit] = (number >> bit) & 1 ? 60 : 20;
  if (isFractured) {
    const [left, top] = [(number % 8) * 16, 16 + (number % 7) * 16];
    for (let y = top; y < top + 16; y += 1) pixels.fill(255, y * side + left, y * side + left + 16);
  }
  return encodePng({ width: side, height: side, pixels });
}
