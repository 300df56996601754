import type { IndexedPicture } from '../../contract/radiograph.ts';
import { spreadPicture } from './spread-picture.ts';

/** A picture as the console takes it: the whole, and a smaller one that is there sooner where it is large. */
export interface EncodedPicture {
  readonly full: Uint8Array<ArrayBuffer>;
  /** Each pixel the mean of 4 × 4; null where the whole is small. */
  readonly quick: Uint8Array<ArrayBuffer> | null;
}

const HEADER_WORDS = 6;
const SHRINK = 4;
const LARGE_PIXELS = 1_500_000;

/**
 * Stored values and how they are displayed, so that a person can choose another window: width, height, shrink, number of
 * levels, width and height of the whole as little-endian 32-bit words, then the levels, then the samples, row-major, 16
 * bits each. No levels: the samples are display grey, 0 black … 65535 white.
 */
export function encodePicture(picture: IndexedPicture): EncodedPicture {
  const whole = inOrder(picture);
  return { full: encode(whole, 1, whole), quick: quickOf(whole) };
}

/** Only the smaller one. */
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

/** Whether greater stored values are never shown on the other side of smaller ones, as signed patterns are. */
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
  const told = levels.length === 65536 && levels.every((level, index) => level === index) ? 0 : levels.length;
  const bytes = new ArrayBuffer(HEADER_WORDS * 4 + (told + width * height) * 2);
  new Uint32Array(bytes, 0, HEADER_WORDS).set([width, height, shrink, told, whole.width, whole.height]);
  new Uint16Array(bytes, HEADER_WORDS * 4, told).set(told === 0 ? [] : levels);
  const values = new Uint16Array(bytes, HEADER_WORDS * 4 + told * 2);
  values.set(samples.length > values.length ? samples.subarray(0, values.length) : samples);
  const mask = told === 0 ? 0xffff : told - 1;
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
