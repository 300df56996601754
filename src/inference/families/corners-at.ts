import type { Box } from '../../contract/box.ts';

/** The box whose left, top, right and bottom edges stand at `index` and the three places after it. */
export function cornersAt(values: Float32Array, index: number): Box {
  const [left = 0, top = 0, right = 0, bottom = 0] = values.subarray(index, index + 4);
  return { x: left, y: top, width: right - left, height: bottom - top };
}
