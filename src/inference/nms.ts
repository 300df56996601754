import type { Box } from '../contract/box.ts';
import type { Detection } from './detection.ts';

/** Intersection over union of two boxes of the same picture, 0…1. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/**
 * Non-maximum suppression per label, by falling confidence: boxes that overlap a better one more than `maxIou` are removed.
 * Stops after the `most` most confident results, which later boxes cannot change.
 */
export function nms(detections: readonly Detection[], maxIou: number, most = Infinity): Detection[] {
  const selected: Detection[] = [];
  for (const candidate of detections.toSorted((a, b) => b.confidence - a.confidence)) {
    if (selected.length >= most) break;
    const isCovered = selected.some((k) => k.label === candidate.label && iou(k.box, candidate.box) > maxIou);
    if (!isCovered) selected.push(candidate);
  }
  return selected;
}
