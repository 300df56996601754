import type { Plane } from './plane.ts';
import { blurPlane } from './plane.ts';
import type { Random } from './random.ts';

/** How a picture is made from the attenuation at each pixel, in attenuation lengths. */
export interface Exposure {
  /** The attenuations that are displayed nearly black and nearly white. */
  readonly black: number;
  readonly white: number;
  /** Strength of the quantum noise; about 0.01 for a good exposure. */
  readonly noise: number;
  /** Unsharpness of detector and patient; pixels. */
  readonly blur: number;
}

/** The radiograph of an attenuation plane, which it blurs in place: 12 bits, 0 black, bright where attenuation is high. */
export function exposeRadiograph(attenuation: Plane, exposure: Exposure, random: Random): Uint16Array {
  const { values } = attenuation;
  const { black, white } = exposure;
  blurPlane(attenuation, exposure.blur);
  const grains = new Float32Array(values.length);
  let state = Math.floor(random.between(1, 2 ** 31));
  for (let index = 0; index < grains.length; index += 1) {
    let sum = -1.5;
    for (let draw = 0; draw < 3; draw += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      sum += (state >>> 0) / 4294967296;
    }
    grains[index] = sum;
  }
  blurPlane({ ...attenuation, values: grains }, 0.35);

  const pixels = new Uint16Array(values.length);
  for (let index = 0; index < pixels.length; index += 1) {
    const value = values[index] ?? 0;
    const quanta =
      exposure.noise * (grains[index] ?? 0) * Math.exp(0.32 * Math.max(0, value - black)) * (white - black);
    pixels[index] = Math.round(4095 * tone((value + quanta - black) / (white - black)));
  }
  return pixels;
}

/** A characteristic curve over 0…1 that lifts thin tissue, with a toe and a shoulder that never clip hard. */
function tone(exposed: number): number {
  const level = exposed > 0 ? exposed ** 0.74 : exposed;
  const toe = level < 0.1 ? 0.1 * Math.exp((level - 0.1) / 0.1) : level;
  const bright = toe > 0.7 ? 1 - 0.3 * Math.exp(-(toe - 0.7) / 0.3) : toe;
  return Math.min(0.985, Math.max(0.004, 0.85 * bright + 0.15 * bright * bright * (3 - 2 * bright)));
}
