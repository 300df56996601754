import type { Radiograph } from '../../contract/radiograph.ts';

/** Display pixels as 8 bits, 0 black … 255 white, rounded to the nearest level. */
export function toGrey8({ pixels }: Pick<Radiograph, 'pixels'>): Uint8Array {
  const grey = new Uint8Array(pixels.length);
  for (let index = 0; index < pixels.length; index += 1) {
    // Equals Math.round(value / 257) for every 16-bit value.
    grey[index] = ((pixels[index] ?? 0) * 255 + 32895) >> 16;
  }
  return grey;
}
