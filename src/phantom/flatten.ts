import { blurPlane, createPlane, samplePlane, type Plane } from './plane.ts';

/**
 * Removes, in place, a share (0…1) of the large-scale differences in brightness, as a console's processing
 * does: that share of a copy blurred over about a sixth of the image.
 */
export function flatten(plane: Plane, share: number): void {
  const coarse = createPlane(0, 0, Math.ceil(plane.width / STEP) + 1, Math.ceil(plane.height / STEP) + 1);
  const { width } = coarse;
  let sum = 0;
  for (let at = 0; at < coarse.values.length; at += 1) {
    const x = Math.min(plane.width - 1, (at % width) * STEP);
    const y = Math.min(plane.height - 1, Math.floor(at / width) * STEP);
    const value = plane.values[y * plane.width + x] ?? 0;
    coarse.values[at] = value;
    sum += value;
  }
  const mean = sum / coarse.values.length;
  blurPlane(coarse, Math.max(coarse.width, coarse.height) / 12);
  for (let at = 0; at < plane.values.length; at += 1) {
    const large = samplePlane(coarse, (at % plane.width) / STEP, Math.floor(at / plane.width) / STEP);
    plane.values[at] = (plane.values[at] ?? 0) - share * (large - mean);
  }
}

/** The blurred copy is computed on every STEPth pixel. */
const STEP = 8;
