/** A step of a picture's pyramid: every sample stands for `shrink` × `shrink` of the original's. */
interface Step {
  readonly width: number;
  readonly height: number;
  readonly shrink: number;
  readonly samples: Uint16Array;
}

/** A window over stored values, as DICOM has it. */
export interface GreyWindow {
  readonly center: number;
  readonly width: number;
}

/** A radiograph as stored values, with the display settings of its file. */
export interface Picture {
  /** Of the original. */
  readonly width: number;
  readonly height: number;
  /** Finest first. */
  readonly steps: readonly Step[];
  /** Display grey, 0…65535, of each stored value; empty: the samples are display grey. */
  readonly levels: Uint16Array;
  /** The window closest to the display settings of the file. */
  readonly window: GreyWindow;
  readonly isFalling: boolean;
}

const HEADER_WORDS = 6;
const MIN_STEP = 64;

/** Reads a picture in the format of the server, and builds the smaller steps of its pyramid. */
export function readPicture(bytes: ArrayBuffer, offset = 0): Picture {
  const [width = 0, height = 0, shrink = 1, levelCount = 0, fullWidth = 0, fullHeight = 0] = new Uint32Array(
    bytes,
    offset,
    HEADER_WORDS,
  );
  const levels = new Uint16Array(bytes, offset + HEADER_WORDS * 4, levelCount);
  const samples = new Uint16Array(bytes, offset + HEADER_WORDS * 4 + levelCount * 2, width * height);
  const isFalling = (levels[0] ?? 0) > (levels.at(-1) ?? 65535);
  return {
    width: fullWidth,
    height: fullHeight,
    steps: pyramid({ width, height, shrink, samples }),
    levels,
    window: windowOf(levels),
    isFalling,
  };
}

/** The screen colour of each sample, as a little-endian RGBA word. Window null: the file's own. */
export function greysOf(
  { levels, isFalling }: Picture,
  { window, isInverted }: { readonly window: GreyWindow | null; readonly isInverted: boolean },
): Uint32Array {
  const size = levels.length === 0 ? 65536 : levels.length;
  const greys = new Uint32Array(size);
  const low = window === null ? 0 : window.center - window.width / 2;
  for (let value = 0; value < size; value += 1) {
    let unit: number;
    if (window === null) unit = (levels.length === 0 ? value : (levels[value] ?? 0)) / 65535;
    else {
      unit = Math.min(1, Math.max(0, (value - low) / window.width));
      if (isFalling) unit = 1 - unit;
    }
    const grey = Math.round((isInverted ? 1 - unit : unit) * 255);
    greys[value] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  return greys;
}

function pyramid(finest: Step): readonly Step[] {
  const steps = [finest];
  for (let last = finest; Math.min(last.width, last.height) > MIN_STEP * 2;) {
    last = halved(last);
    steps.push(last);
  }
  return steps;
}

function halved({ width, height, shrink, samples }: Step): Step {
  const [columns, rows] = [width >> 1, height >> 1];
  const half = new Uint16Array(columns * rows);
  for (let row = 0, to = 0; row < rows; row += 1) {
    let from = row * 2 * width;
    for (let column = 0; column < columns; column += 1, from += 2, to += 1) {
      const below = from + width;
      half[to] =
        ((samples[from] ?? 0) +
          (samples[from + 1] ?? 0) +
          (samples[below] ?? 0) +
          (samples[below + 1] ?? 0)) >>
        2;
    }
  }
  return { width: columns, height: rows, shrink: shrink * 2, samples: half };
}

function windowOf(levels: Uint16Array): GreyWindow {
  if (levels.length === 0) return { center: 32768, width: 65535 };
  const isFalling = (levels[0] ?? 0) > (levels.at(-1) ?? 0);
  const [start, end] = isFalling ? [65535, 0] : [0, 65535];
  let low = 0;
  while (low < levels.length - 1 && levels[low + 1] === start) low += 1;
  let high = levels.length - 1;
  while (high > 0 && levels[high - 1] === end) high -= 1;
  return { center: Math.round((low + high) / 2), width: Math.max(1, high - low) };
}
