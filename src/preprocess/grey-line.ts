/** Levels that rise or fall evenly between black and white: clamp(((sample + bias) & mask) × gain + offset). */
export interface GreyLine {
  /** Half the range where the samples are signed, so that they count upwards from 0; else 0. */
  readonly bias: number;
  readonly mask: number;
  readonly gain: number;
  readonly offset: number;
}

const WHITE = 65535;
/** Of 65535: levels are rounded to whole numbers, so a line through two of them deviates slightly from the rest. */
const TOLERANCE = 1;

/** The line that `levels` follow in the order of unsigned or of signed samples, to within one of 65535; else null. */
export function greyLineOf(levels: Uint16Array): GreyLine | null {
  return lineFrom(levels, 0) ?? lineFrom(levels, levels.length / 2);
}

function lineFrom(levels: Uint16Array, bias: number): GreyLine | null {
  const mask = levels.length - 1;
  const levelAt = (value: number): number => levels[(value - bias) & mask] ?? 0;
  let first = 0;
  let last = mask;
  // The flat ends, where the window clips, are not part of the slope.
  while (first < last && isEnd(levelAt(first)) && levelAt(first + 1) === levelAt(first)) first += 1;
  while (last > first && isEnd(levelAt(last)) && levelAt(last - 1) === levelAt(last)) last -= 1;
  const [low, high] = first + 2 < last ? [first + 1, last - 1] : [first, last];
  if (low === high) return null;
  const gain = (levelAt(high) - levelAt(low)) / (high - low);
  const offset = levelAt(low) - low * gain;
  for (let value = 0; value <= mask; value += 1) {
    const grey = Math.min(Math.max(value * gain + offset, 0), WHITE);
    if (Math.abs(grey - levelAt(value)) > TOLERANCE) return null;
  }
  return { bias, mask, gain, offset };
}

function isEnd(level: number): boolean {
  return level === 0 || level === WHITE;
}
