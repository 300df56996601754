import type { Box } from '../../contract/box.ts';
import type { Finding } from '../../contract/finding.ts';
import type { ImageFacts, LabelledFracture } from '../datasets/labelled-image.ts';

/** One labelled image and the models' detections in it. */
export interface EvaluatedImage {
  readonly file: string;
  readonly path: string;
  readonly imageId: number;
  /** Near-duplicates share one; whole groups are drawn for the intervals. */
  readonly group: string;
  readonly isPositive: boolean;
  /** Highest confidence of anything, before thresholds. */
  readonly score: number;
  /** All detections, the most confident first, in the picture's pixels. */
  readonly detections: readonly Finding[];
  readonly fractures: readonly LabelledFracture[];
  readonly size: { readonly width: number; readonly height: number };
  readonly facts: ImageFacts;
  readonly totalMs: number;
  readonly inferenceMs: number;
}

/** A figure with its 95 % interval. */
export interface Measured {
  readonly value: number;
  readonly ci95: Interval;
}

export type Interval = readonly [low: number, high: number];

/** Intersection of two boxes over their union, or over the first alone if the second is a crowd (COCO's bbIou). */
export function overlapOf(found: Box, drawn: Box, isCrowd: boolean): number {
  const width = Math.min(found.x + found.width, drawn.x + drawn.width) - Math.max(found.x, drawn.x);
  const height = Math.min(found.y + found.height, drawn.y + drawn.height) - Math.max(found.y, drawn.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const area = found.width * found.height;
  return shared / (isCrowd ? area : area + drawn.width * drawn.height - shared);
}
