/** A point of a bone's outline; millimetres. */
export interface Vertex {
  readonly x: number;
  readonly y: number;
  /** Thickness of the compact shell here. */
  readonly cortex: number;
  /** Radius of the bone's cross-section here: its depth along the beam. */
  readonly depth: number;
  /** Density of the spongy core here: 0 for an empty marrow cavity, 1 for the end of a long bone. */
  readonly core: number;
}

/** A closed curve through its vertices, in order. */
export type Outline = readonly Vertex[];

/** A cross-section of a long bone: where along its axis (0…1), half its width, its shell and its core. */
export interface Section {
  readonly at: number;
  readonly half: number;
  readonly cortex: number;
  readonly core: number;
  /** Offset of the middle from the axis, to the left in its direction. */
  readonly shift?: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Rounds the corners of an outline: a closed Catmull-Rom curve with `steps` vertices for each given one. */
export function smoothOutline(outline: Outline, steps = 5): Outline {
  const smooth: Vertex[] = [];
  for (const [index, p1] of outline.entries()) {
    const p0 = outline.at(index - 1) ?? p1;
    const p2 = outline[(index + 1) % outline.length] ?? p1;
    const p3 = outline[(index + 2) % outline.length] ?? p2;
    for (let step = 0; step < steps; step += 1) {
      const t = step / steps;
      smooth.push({
        x: spline(p0.x, p1.x, p2.x, p3.x, t),
        y: spline(p0.y, p1.y, p2.y, p3.y, t),
        cortex: p1.cortex + (p2.cortex - p1.cortex) * t,
        depth: p1.depth + (p2.depth - p1.depth) * t,
        core: p1.core + (p2.core - p1.core) * t,
      });
    }
  }
  return smooth;
}

/** A long bone from `from` to `to` with its widths between; its ends are rounded by `cap` of their width. */
export function longBone(from: Point, to: Point, sections: readonly Section[], cap = 0.3): Outline {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const vertex = (at: number, offset: number, section: Section): Vertex => ({
    x: from.x + along.x * at * length + along.y * (offset + (section.shift ?? 0)),
    y: from.y + along.y * at * length - along.x * (offset + (section.shift ?? 0)),
    cortex: section.cortex,
    depth: section.half,
    core: section.core,
  });
  const left = sections.map((section) => vertex(section.at, section.half, section));
  const right = sections.map((section) => vertex(section.at, -section.half, section)).reverse();
  const start = sections[0];
  const end = sections.at(-1);
  if (start === undefined || end === undefined) return [];
  const bulge = (section: Section) => (section.half * cap) / length;
  const tip = [0.55, -0.55].map((side) => vertex(end.at + bulge(end), end.half * side, end));
  const foot = [-0.55, 0.55].map((side) => vertex(start.at - bulge(start), start.half * side, start));
  return [...left, ...tip, ...right, ...foot];
}

/** Vertices from plain [x, y] pairs that share their shell, depth and core. */
export function evenOutline(
  points: readonly (readonly [x: number, y: number])[],
  { cortex, depth, core }: Omit<Vertex, 'x' | 'y'>,
): Outline {
  return points.map(([x, y]) => ({ x, y, cortex, depth, core }));
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  const slope = c - a + (2 * a - 5 * b + 4 * c - d + (3 * (b - c) + d - a) * t) * t;
  return b + 0.5 * t * slope;
}
