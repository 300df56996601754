import type { Picture } from '../../preprocess/picture.ts';

const PICTURE_SIDE = 256;
const LEVELS = 65_536;
const SQUARE = { from: PICTURE_SIDE / 4, to: PICTURE_SIDE / 2 };

/**
 * Generated pictures: noise, and a bright square on dark. An execution provider is verified on
 * them and the golden phantoms, or on them alone where a model names none.
 */
export function plainPictures(): readonly Picture[] {
  const isInSquare = (at: number): boolean => at >= SQUARE.from && at < SQUARE.to;
  return [
    picture((x, y) => noise(x + y * PICTURE_SIDE)),
    picture((x, y) => (isInSquare(x) && isInSquare(y) ? 1 : 0.05)),
  ];
}

function picture(grey: (x: number, y: number) => number): Picture {
  const samples = Uint16Array.from({ length: PICTURE_SIDE * PICTURE_SIDE }, (_, index) =>
    Math.round(grey(index % PICTURE_SIDE, Math.floor(index / PICTURE_SIDE)) * (LEVELS - 1)),
  );
  return {
    width: PICTURE_SIDE,
    height: PICTURE_SIDE,
    samples,
    levels: Uint16Array.from({ length: LEVELS }, (_, grey) => grey),
  };
}

/** A reproducible value from 0 to 1 for a number, without a visible pattern. */
function noise(index: number): number {
  const mixed = Math.imul(index ^ (index >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
}
