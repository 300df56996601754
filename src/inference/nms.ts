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
 * Non-maximum suppression per label: the most confident first, whatever overlaps it more than `maxIou` goes. The `most`
 * confident that stay; those beyond could not change which these are, so they are not looked at.
 */
export function nms(detections: readonly Detection[], maxIou: number, most = Infinity): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of detections.toSorted((a, b) => b.confidence - a.confidence)) {
    if (kept.length >= most) break;
    const isCovered = kept.some((k) => k.label === candidate.label && iou(k.box, candidate.box) > maxIou);
    if (!isCovered) kept.push(candidate);
  }
  return kept;
}
