import type { ModelInput } from './model-input.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

/** How a picture is placed in a model's input; plain numbers, so that it can be sent to threads and processes. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly padX: number;
  readonly padY: number;
  /** Size of the picture itself in the input, without the padding. */
  readonly width: number;
  readonly height: number;
}

/** One picture as a model's input: float32 of shape [1, channels, height, width]. */
export interface Tensor {
  readonly values: Float32Array<ArrayBuffer>;
  readonly dims: readonly [1, number, number, number];
  readonly placement: Placement;
}

/** The placement of a picture of that size: letterboxed in the centre, padded right and below, or stretched. */
export function placementOf(
  width: number,
  height: number,
  input: Pick<ModelInput, 'width' | 'height' | 'fit'>,
): Placement {
  if (input.fit === 'stretch') {
    const scales = { scaleX: input.width / width, scaleY: input.height / height };
    return { ...scales, padX: 0, padY: 0, width: input.width, height: input.height };
  }
  const scale = Math.min(input.width / width, input.height / height);
  const fitted = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const scales = { scaleX: fitted.width / width, scaleY: fitted.height / height };
  if (input.fit === 'pad') return { ...scales, padX: 0, padY: 0, ...fitted };
  return {
    ...scales,
    padX: Math.floor((input.width - fitted.width) / 2),
    padY: Math.floor((input.height - fitted.height) / 2),
    ...fitted,
  };
}

/** A picture as the model's input: resized (area average when shrinking), padded, normalised. */
export function letterbox(picture: Picture, input: ModelInput): Tensor {
  const placement = placementOf(picture.width, picture.height, input);
  const fitted = resize(picture, placement.width, placement.height);
  const plane = input.width * input.height;
  const values = new Float32Array(plane * input.channels);
  for (let channel = 0; channel < input.channels; channel += 1) {
    const [mean = 0, std = 1] = [input.mean[channel], input.std[channel]];
    // 65535 / 255 = 257: the picture's 16 bits in the manifest's 0…255
    const gain = input.scale / 257 / std;
    const offset = -mean / std;
    const target = values.subarray(channel * plane, (channel + 1) * plane);
    target.fill((input.padValue * input.scale - mean) / std);
    for (let y = 0; y < placement.height; y += 1) {
      const from = y * placement.width;
      const to = (y + placement.padY) * input.width + placement.padX;
      for (let x = 0; x < placement.width; x += 1) {
        target[to + x] = (fitted[from + x] ?? 0) * gain + offset;
      }
    }
  }
  return { values, dims: [1, input.channels, input.height, input.width], placement };
}
