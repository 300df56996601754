import { placePoint, type Placement } from './placement.ts';
import { blurPlane, createPlane, samplePlane, type Plane } from './plane.ts';

/** A rounded limb part through its points: half its width and its depth along the beam at each; millimetres. */
export type Limb = readonly (readonly [x: number, y: number, half: number, depth: number])[];

/**
 * Thickness of soft tissue over the whole image, millimetres: limbs merge where they meet.
 * `blur` (pixels) softens the skin line.
 */
export function projectSoftTissue(
  limbs: readonly Limb[],
  placement: Placement,
  { width, height, blur }: { width: number; height: number; blur: number },
): Plane {
  const coarse = createPlane(-1, -1, Math.ceil(width / STEP) + 4, Math.ceil(height / STEP) + 4);
  for (const limb of limbs) addLimb(coarse, limb, placement);
  for (let index = 0; index < coarse.values.length; index += 1) {
    coarse.values[index] = (coarse.values[index] ?? 0) ** (1 / MELT);
  }
  blurPlane(coarse, blur / STEP);
  const plane = createPlane(0, 0, width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) plane.values[y * width + x] = samplePlane(coarse, x / STEP, y / STEP);
  }
  return plane;
}

/** Soft tissue is computed on every STEPth pixel. */
const STEP = 3;
/** Thicknesses add as a power mean of this order: 1 sums them, a high one takes the thickest. */
const MELT = 4;

function addLimb(coarse: Plane, limb: Limb, placement: Placement): void {
  const scale = placement.pixelsPerMm / STEP;
  const points = limb.map(([x, y, half, depth]) => {
    const at = placePoint(placement, { x, y });
    return { x: at.x / STEP - coarse.x, y: at.y / STEP - coarse.y, half: half * scale, depth };
  });
  const reach = (pick: (point: (typeof points)[number]) => number) => points.map(pick);
  const left = Math.max(0, Math.floor(Math.min(...reach((point) => point.x - point.half))));
  const right = Math.min(coarse.width, Math.ceil(Math.max(...reach((point) => point.x + point.half))));
  const top = Math.max(0, Math.floor(Math.min(...reach((point) => point.y - point.half))));
  const bottom = Math.min(coarse.height, Math.ceil(Math.max(...reach((point) => point.y + point.half))));
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      let thickest = 0;
      for (let index = 1; index < points.length; index += 1) {
        const from = points[index - 1];
        const to = points[index];
        if (from === undefined || to === undefined) continue;
        const dx = to.x - from.x;
        const dy = to.y - from.y;
        const t = Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy)));
        const half = from.half + (to.half - from.half) * t;
        const squared = ((x - from.x - t * dx) ** 2 + (y - from.y - t * dy) ** 2) / (half * half);
        if (squared < 1) {
          thickest = Math.max(thickest, (from.depth + (to.depth - from.depth) * t) * Math.sqrt(1 - squared));
        }
      }
      const at = y * coarse.width + x;
      coarse.values[at] = (coarse.values[at] ?? 0) + thickest ** MELT;
    }
  }
}
