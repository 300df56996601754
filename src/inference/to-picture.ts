import type { Box } from '../contract/box.ts';
import type { Placement } from '../preprocess/letterbox.ts';

/** Maps a box from the model's input to the picture's pixels, clipped at its edges. */
export function toPicture(
  box: Box,
  placement: Placement,
  picture: { readonly width: number; readonly height: number },
): Box {
  const left = clamp((box.x - placement.padX) / placement.scaleX, picture.width);
  const top = clamp((box.y - placement.padY) / placement.scaleY, picture.height);
  const right = clamp((box.x + box.width - placement.padX) / placement.scaleX, picture.width);
  const bottom = clamp((box.y + box.height - placement.padY) / placement.scaleY, picture.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
