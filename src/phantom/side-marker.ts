import type { Point } from './outline.ts';
import type { Plane } from './plane.ts';
import type { Random } from './random.ts';

/** A lead letter on the detector. */
export interface SideMarker {
  readonly letter: 'L' | 'R';
  /** Middle of the letter; pixels. */
  readonly at: Point;
  /** Height of the letter; pixels. */
  readonly size: number;
  /** Radians. */
  readonly angle: number;
}

/** Adds the letter's attenuation to the plane. */
export function addSideMarker(plane: Plane, marker: SideMarker, attenuation: number): void {
  const strokes = STROKES[marker.letter];
  const cos = Math.cos(marker.angle) / marker.size;
  const sin = Math.sin(marker.angle) / marker.size;
  const reach = Math.ceil(marker.size);
  const right = Math.min(plane.width - 1, Math.round(marker.at.x) + reach);
  const bottom = Math.min(plane.height - 1, Math.round(marker.at.y) + reach);
  for (let y = Math.max(0, Math.round(marker.at.y) - reach); y <= bottom; y += 1) {
    for (let x = Math.max(0, Math.round(marker.at.x) - reach); x <= right; x += 1) {
      const dx = x - marker.at.x;
      const dy = y - marker.at.y;
      const distance = distanceTo(strokes, dx * cos + dy * sin, dy * cos - dx * sin);
      const covered = Math.min(1, Math.max(0, (STROKE / 2 - distance) * marker.size + 0.5));
      const at = y * plane.width + x;
      plane.values[at] = (plane.values[at] ?? 0) + covered * attenuation;
    }
  }
}

/** A marker near the left or right edge of an attenuation plane, where it covers least. */
export function placeSideMarker(
  random: Random,
  plane: Plane,
  { letter, pixelsPerMm }: Pick<SideMarker, 'letter'> & { readonly pixelsPerMm: number },
): SideMarker {
  const size = pixelsPerMm * random.between(8, 11);
  const inset = random.between(0.09, 0.12);
  const places = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9].flatMap((down) =>
    [inset, 1 - inset].map((across): Point => ({ x: plane.width * across, y: plane.height * down })),
  );
  const least = Math.min(...places.map((place) => coveredAt(plane, place, size)));
  const at = random.pick(places.filter((place) => coveredAt(plane, place, size) <= least * 1.05 + 0.02));
  return { letter, at, size, angle: random.between(-0.15, 0.15) };
}

/** The attenuation that a letter would cover, estimated at its middle and near its four sides. */
function coveredAt(plane: Plane, { x, y }: Point, size: number): number {
  const reach = size * 0.6;
  const spots = [
    [0, 0],
    [-reach, 0],
    [reach, 0],
    [0, -reach],
    [0, reach],
  ] as const;
  return spots.reduce((sum, [dx, dy]) => {
    const column = Math.min(plane.width - 1, Math.round(x + dx));
    const row = Math.min(plane.height - 1, Math.round(y + dy));
    return sum + (plane.values[row * plane.width + column] ?? 0);
  }, 0);
}

/** Width of a stroke as a share of the letter's height. */
const STROKE = 0.17;

type Stroke = readonly (readonly [x: number, y: number])[];

// prettier-ignore
const STROKES: Readonly<Record<SideMarker['letter'], readonly Stroke[]>> = {
  L: [[[-0.27, -0.42], [-0.27, 0.42], [0.3, 0.42]]],
  R: [
    [[-0.27, 0.42], [-0.27, -0.42], [0.05, -0.42], [0.2, -0.38], [0.28, -0.28], [0.28, -0.12], [0.2, -0.02], [0.05, 0.02], [-0.27, 0.02]],
    [[0.03, 0.02], [0.31, 0.42]],
  ],
};

function distanceTo(strokes: readonly Stroke[], x: number, y: number): number {
  let nearest = Infinity;
  for (const stroke of strokes) {
    for (const [index, to] of stroke.entries()) {
      const from = stroke[index - 1];
      if (from === undefined) continue;
      const dx = to[0] - from[0];
      const dy = to[1] - from[1];
      const t = Math.max(0, Math.min(1, ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy)));
      nearest = Math.min(nearest, Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy));
    }
  }
  return nearest;
}
