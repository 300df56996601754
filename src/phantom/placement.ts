import type { Outline, Point, Vertex } from './outline.ts';

/** The mapping of the anatomy's millimetres to the image: a similarity, mirrored for the right side. */
export interface Placement {
  readonly pixelsPerMm: number;
  /** Clockwise on the image, radians. */
  readonly angle: number;
  readonly isMirrored: boolean;
  /** The pixel of the anatomy's origin. */
  readonly origin: Point;
}

/** The point's position on the image, in pixels. */
export function placePoint(placement: Placement, point: Point): Point {
  const x = placement.isMirrored ? -point.x : point.x;
  const cos = Math.cos(placement.angle) * placement.pixelsPerMm;
  const sin = Math.sin(placement.angle) * placement.pixelsPerMm;
  return { x: placement.origin.x + x * cos - point.y * sin, y: placement.origin.y + x * sin + point.y * cos };
}

/** The outline on the image: positions, shell and depth in pixels. */
export function placeOutline(placement: Placement, outline: Outline): Outline {
  return outline.map((vertex): Vertex => ({
    ...placePoint(placement, vertex),
    cortex: vertex.cortex * placement.pixelsPerMm,
    depth: vertex.depth * placement.pixelsPerMm,
    core: vertex.core,
  }));
}

/** The direction on the image, radians, of a direction in the anatomy. */
export function placeAngle(view: Placement, angle: number): number {
  const x = (view.isMirrored ? -1 : 1) * Math.cos(angle);
  return Math.atan2(Math.sin(angle), x) + view.angle;
}
