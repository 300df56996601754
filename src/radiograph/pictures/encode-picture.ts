import type { IndexedPicture } from '../../contract/radiograph.ts';
import { spreadPicture } from './spread-picture.ts';

/** A picture in the console's format: full size, and for large ones a reduced version that loads sooner. */
export interface EncodedPicture {
  readonly full: Uint8Array<ArrayBuffer>;
  /** Each pixel is the mean of 4 × 4; null for a small picture. */
  readonly quick: Uint8Array<ArrayBuffer> | null;
}

const HEADER_WORDS = 6;
const SHRINK = 4;
const LARGE_PIXELS = 1_500_000;

/**
 * Stored values and their display levels, so that the reader can choose another window: width, height, shrink, number of
 * levels, full width and height as little-endian 32-bit words, then the levels, then the samples, row-major, 16
 * bits each. With 0 levels the samples are display grey, 0 black … 65535 white.
 */
export function encodePicture(picture: IndexedPicture): EncodedPicture {
  const whole = inOrder(picture);
  return { full: encode(whole, 1, whole), quick: quickOf(whole) };
}

/** The reduced version alone. */
export function encodeQuickly(picture: IndexedPicture): EncodedPicture['quick'] {
  return quickOf(inOrder(picture));
}

function quickOf(whole: IndexedPicture): EncodedPicture['quick'] {
  const isLarge = whole.width * whole.height > LARGE_PIXELS;
  return isLarge ? encode(shrunk(whole), SHRINK, whole) : null;
}

function inOrder(picture: IndexedPicture): IndexedPicture {
  return isInOrder(picture.levels) ? picture : inDisplayGrey(picture);
}

/** Whether display grey rises or falls monotonically with the stored value; it does not for signed patterns. */
function isInOrder(levels: Uint16Array): boolean {
  const isFalling = (levels[0] ?? 0) > (levels.at(-1) ?? 0);
  return levels.every((level, index) => {
    const before = levels[index - 1] ?? level;
    return isFalling ? level <= before : level >= before;
  });
}

function inDisplayGrey(picture: IndexedPicture): IndexedPicture {
  return { ...picture, samples: spreadPicture(picture), levels: new Uint16Array(0) };
}

function encode(
  picture: IndexedPicture,
  shrink: number,
  whole: { readonly width: number; readonly height: number },
): Uint8Array<ArrayBuffer> {
  const { width, height, samples, levels } = picture;
  const levelCount =
    levels.length === 65536 && levels.every((level, index) => level === index) ? 0 : levels.length;
  const bytes = new ArrayBuffer(HEADER_WORDS * 4 + (levelCount + width * height) * 2);
  new Uint32Array(bytes, 0, HEADER_WORDS).set([width, height, shrink, levelCount, whole.width, whole.height]);
  new Uint16Array(bytes, HEADER_WORDS * 4, levelCount).set(levelCount === 0 ? [] : levels);
  const values = new Uint16Array(bytes, HEADER_WORDS * 4 + levelCount * 2);
  values.set(samples.length > values.length ? samples.subarray(0, values.length) : samples);
  const mask = levelCount === 0 ? 0xffff : levelCount - 1;
  if (mask !== 0xffff) {
    for (let index = 0; index < values.length; index += 1) values[index] = (values[index] ?? 0) & mask;
  }
  return new Uint8Array(bytes);
}

function shrunk({ width, height, samples, levels }: IndexedPicture): IndexedPicture {
  const [columns, rows] = [Math.floor(width / SHRINK), Math.floor(height / SHRINK)];
  const small = new Uint16Array(columns * rows);
  const mask = levels.length === 0 ? 0xffff : levels.length - 1;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let y = 0; y < SHRINK; y += 1) {
        const start = (row * SHRINK + y) * width + column * SHRINK;
        for (let x = 0; x < SHRINK; x += 1) sum += (samples[start + x] ?? 0) & mask;
      }
      small[row * columns + column] = sum >> 4;
    }
  }
  return { width: columns, height: rows, samples: small, levels };
}
