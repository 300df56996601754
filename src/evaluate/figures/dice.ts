import { emptyBitmap, fillPolygon } from './fill-polygon.ts';
import type { EvaluatedImage } from './evaluated-image.ts';

/** Maximum size at which outlines are rasterised: at this size an error of half a pixel does not matter. */
const MAX_SIDE = 1024;

/**
 * Overlap of the outlines of the findings with those drawn in one image, 2·shared / (found + drawn); null for an
 * image without drawn outlines.
 */
export function diceOf(
  { fractures, detections, size }: Pick<EvaluatedImage, 'fractures' | 'detections' | 'size'>,
  suspected: number,
): number | null {
  const drawn = fractures.flatMap(({ polygons }) => polygons);
  if (drawn.length === 0) return null;
  const scale = Math.min(1, MAX_SIDE / Math.max(size.width, size.height));
  const bitmapOf = (polygons: readonly (readonly (readonly [number, number])[])[]): Uint8Array => {
    const bitmap = emptyBitmap(Math.ceil(size.width * scale), Math.ceil(size.height * scale));
    for (const polygon of polygons) {
      fillPolygon(
        bitmap,
        polygon.map(([x, y]) => [x * scale, y * scale]),
      );
    }
    return bitmap.bits;
  };
  const findings = detections.filter(({ confidence }) => confidence >= suspected);
  const [found, truth] = [
    bitmapOf(findings.flatMap(({ polygon }) => (polygon ? [polygon] : []))),
    bitmapOf(drawn),
  ];
  let [shared, both] = [0, 0];
  for (const [index, bit] of truth.entries()) {
    both += bit + (found[index] ?? 0);
    shared += bit * (found[index] ?? 0);
  }
  return both === 0 ? 0 : (2 * shared) / both;
}
