type Point = readonly [x: number, y: number];

/** Simplifies a closed outline; no removed point is further than `tolerance` from it (Douglas-Peucker). */
export function simplify(points: readonly Point[], tolerance: number): Point[] {
  if (points.length < 4) return [...points];
  const [first] = points;
  if (!first) return [];
  const farthest = points.reduce(
    (best, point, index) => (distance(point, first) > distance(points[best] ?? first, first) ? index : best),
    0,
  );
  const selected = new Set([0, farthest]);
  const ring = [...points, first];
  const open: [number, number][] = [
    [0, farthest],
    [farthest, points.length],
  ];
  for (const [from, to] of open) {
    const split = farthestBetween(ring, from, to);
    if (split === null || split.distance <= tolerance) continue;
    selected.add(split.index);
    open.push([from, split.index], [split.index, to]);
  }
  return points.filter((_, index) => selected.has(index));
}

function farthestBetween(
  points: readonly Point[],
  from: number,
  to: number,
): { readonly index: number; readonly distance: number } | null {
  const [start, end] = [points[from], points[to]];
  if (!start || !end) return null;
  let best: { index: number; distance: number } | null = null;
  for (let index = from + 1; index < to; index += 1) {
    const away = distanceToLine(points[index] ?? start, start, end);
    if (best === null || away > best.distance) best = { index, distance: away };
  }
  return best;
}

function distanceToLine(point: Point, start: Point, end: Point): number {
  const length = distance(start, end);
  if (length === 0) return distance(point, start);
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  return Math.abs(dx * (start[1] - point[1]) - (start[0] - point[0]) * dy) / length;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
