import type { IndexedPicture } from '../../src/contract/radiograph.ts';
import { sameLevels } from '../../src/radiograph/pictures/spread-picture.ts';

/** A picture whose samples are its display grey, 0…65535. */
export function aPicture(width: number, height: number, pixels: Uint16Array): IndexedPicture {
  return { width, height, samples: pixels, levels: sameLevels() };
}
