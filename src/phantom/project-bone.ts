import type { Outline } from './outline.ts';
import { createPlane, samplePlane, type Plane } from './plane.ts';

/** The core's fine structure: elongated grains along `angle` (radians on the image). */
export interface Grain {
  readonly noise: (x: number, y: number) => number;
  readonly angle: number;
  /** Width of a grain in pixels. */
  readonly width: number;
  /** 0 for a uniform core. */
  readonly strength: number;
}

/**
 * Projects one bone: its thickness in pixels of compact bone, with the shell in full and the core by its density.
 * The bone is a solid with rounded cross-sections over its outlines (pixels of an
 * image of the given size): the first is its rim, the others are holes in it.
 */
export function projectBone(
  outlines: readonly Outline[],
  grain: Grain,
  width: number,
  height: number,
): Plane {
  const layer = createLayer(outlines.flat(), width, height);
  const segments = toSegments(outlines);
  const build = mapBuild(outlines.flat(), layer);
  const cos = Math.cos(grain.angle) / grain.width;
  const sin = Math.sin(grain.angle) / grain.width;
  for (let top = 0; top < layer.height; top += TILE) {
    for (let left = 0; left < layer.width; left += TILE) {
      const tile = segmentsNear(segments, layer.x + left + TILE / 2, layer.y + top + TILE / 2);
      if (tile === undefined) continue;
      const bottom = Math.min(top + TILE, layer.height);
      const right = Math.min(left + TILE, layer.width);
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) {
          const px = layer.x + x;
          const py = layer.y + y;
          const cortex = samplePlane(build.cortex, px / MESH, py / MESH);
          const depth = samplePlane(build.depth, px / MESH, py / MESH);
          const chord = chordAt(segments, tile, px, py, cortex, depth);
          if (chord.outer <= 0) continue;
          const along = px * cos + py * sin;
          const across = py * cos - px * sin;
          const fine = grain.noise(across, along / 3.2) + grain.noise(across * 0.43 + 31, along / 5 + 17) - 1;
          const density = samplePlane(build.core, px / MESH, py / MESH);
          const core = density * CORE_DENSITY * (1 + grain.strength * fine);
          layer.values[y * layer.width + x] = chord.outer - chord.inner + chord.inner * core;
        }
      }
    }
  }
  return layer;
}

const TILE = 16;
/** Radiographic density of the spongy end of a long bone, as a share of compact bone's. */
const CORE_DENSITY = 0.36;

/** The sides of all curves of an outline. */
interface Segments {
  readonly count: number;
  readonly x0: Float64Array;
  readonly y0: Float64Array;
  readonly x1: Float64Array;
  readonly y1: Float64Array;
}

interface Chord {
  outer: number;
  inner: number;
}

/** Shell, depth and core over the layer, on every MESHth pixel: vertices of the outline are weighted by proximity. */
function mapBuild(outline: Outline, layer: Plane): Readonly<Record<'cortex' | 'depth' | 'core', Plane>> {
  const left = Math.floor(layer.x / MESH) - 1;
  const top = Math.floor(layer.y / MESH) - 1;
  const width = Math.ceil(layer.width / MESH) + 4;
  const height = Math.ceil(layer.height / MESH) + 4;
  const cortex = createPlane(left, top, width, height);
  const depth = createPlane(left, top, width, height);
  const core = createPlane(left, top, width, height);
  for (let at = 0; at < width * height; at += 1) {
    const x = (left + (at % width)) * MESH;
    const y = (top + Math.floor(at / width)) * MESH;
    const sum = { weight: 0, cortex: 0, depth: 0, core: 0 };
    for (const vertex of outline) {
      const squared = (vertex.x - x) ** 2 + (vertex.y - y) ** 2 + MESH * MESH;
      const weight = 1 / (squared * squared);
      sum.weight += weight;
      sum.cortex += weight * vertex.cortex;
      sum.depth += weight * vertex.depth;
      sum.core += weight * vertex.core;
    }
    cortex.values[at] = sum.cortex / sum.weight;
    depth.values[at] = sum.depth / sum.weight;
    core.values[at] = sum.core / sum.weight;
  }
  return { cortex, depth, core };
}

const MESH = 8;

function createLayer(outline: Outline, width: number, height: number): Plane {
  const xs = outline.map((vertex) => vertex.x);
  const ys = outline.map((vertex) => vertex.y);
  const left = Math.max(0, Math.floor(Math.min(...xs)) - MARGIN);
  const top = Math.max(0, Math.floor(Math.min(...ys)) - MARGIN);
  const right = Math.min(width, Math.ceil(Math.max(...xs)) + MARGIN);
  const bottom = Math.min(height, Math.ceil(Math.max(...ys)) + MARGIN);
  return createPlane(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
}

/** Margin around the bone for displaced fragments; pixels. */
const MARGIN = 24;

function toSegments(outlines: readonly Outline[]): Segments {
  const sides = outlines.flatMap((outline) =>
    outline.flatMap((from, index) => {
      const to = outline[(index + 1) % outline.length];
      return to === undefined ? [] : [{ from, to }];
    }),
  );
  return {
    count: sides.length,
    x0: Float64Array.from(sides, ({ from }) => from.x),
    y0: Float64Array.from(sides, ({ from }) => from.y),
    x1: Float64Array.from(sides, ({ to }) => to.x),
    y1: Float64Array.from(sides, ({ to }) => to.y),
  };
}

/** The segments that can be nearest to a pixel of the tile around (x, y); undefined where the tile is empty. */
function segmentsNear(segments: Segments, x: number, y: number): Tile | undefined {
  const distances = new Float64Array(segments.count);
  let nearest = Infinity;
  for (let index = 0; index < segments.count; index += 1) {
    const distance = Math.sqrt(squaredDistance(segments, index, x, y));
    distances[index] = distance;
    nearest = Math.min(nearest, distance);
  }
  const isUncut = nearest > TILE;
  if (isUncut && !isInside(segments, x, y)) return undefined;
  const near: number[] = [];
  for (const [index, distance] of distances.entries()) if (distance <= nearest + TILE * 1.5) near.push(index);
  return { near: Int32Array.from(near), isUncut };
}

interface Tile {
  readonly near: Int32Array;
  /** No side of the outline crosses the tile. */
  readonly isUncut: boolean;
}

function squaredDistance(segments: Segments, index: number, x: number, y: number): number {
  const fromX = segments.x0[index] ?? 0;
  const fromY = segments.y0[index] ?? 0;
  const dx = (segments.x1[index] ?? 0) - fromX;
  const dy = (segments.y1[index] ?? 0) - fromY;
  const t = Math.max(0, Math.min(1, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy || 1)));
  const ex = x - fromX - t * dx;
  const ey = y - fromY - t * dy;
  return ex * ex + ey * ey;
}

const chordFound: Chord = { outer: 0, inner: 0 };

/** Lengths of the beam inside the bone and inside its core; pixels. */
function chordAt(segments: Segments, tile: Tile, x: number, y: number, cortex: number, depth: number): Chord {
  let squared = Infinity;
  for (const index of tile.near) squared = Math.min(squared, squaredDistance(segments, index, x, y));
  const distance = Math.sqrt(squared);
  const isOutside = !tile.isUncut && !isInside(segments, x, y);
  chordFound.outer = 0;
  chordFound.inner = 0;
  if (isOutside && distance >= 1) return chordFound;
  const inside = isOutside ? 0 : distance;
  const edge = isOutside ? 1 - distance : 1;
  const shell = Math.min(cortex, depth);
  chordFound.outer = edge * halfChord(inside + 0.5, depth) * 2;
  chordFound.inner = inside > shell ? halfChord(inside - shell, depth - shell) * 2 : 0;
  return chordFound;
}

/** Half the chord of a circle, `inside` from its rim; the full radius beyond its middle. */
function halfChord(inside: number, radius: number): number {
  if (inside >= radius) return radius;
  return Math.sqrt(inside * (2 * radius - inside));
}

function isInside(segments: Segments, x: number, y: number): boolean {
  let inside = false;
  for (let index = 0; index < segments.count; index += 1) {
    const y0 = segments.y0[index] ?? 0;
    const y1 = segments.y1[index] ?? 0;
    if (y0 > y === y1 > y) continue;
    const x0 = segments.x0[index] ?? 0;
    if (x < x0 + ((y - y0) / (y1 - y0)) * ((segments.x1[index] ?? 0) - x0)) inside = !inside;
  }
  return inside;
}
