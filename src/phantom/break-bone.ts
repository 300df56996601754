import type { Box } from '../contract/box.ts';
import type { Point } from './outline.ts';
import { createPlane, samplePlane, type Plane } from './plane.ts';
import type { Random } from './random.ts';

/** A fracture across one bone; lengths in pixels of the image. */
export interface Break {
  /** Where the line crosses the bone's axis. */
  readonly centre: Point;
  /** Direction of the bone's axis on the image, radians. */
  readonly axis: number;
  /** Angle of the line from perpendicular to the bone, radians. */
  readonly lean: number;
  /** Distance between the ends; negative: impacted. */
  readonly gap: number;
  /** Sideways displacement of the fragments. */
  readonly slip: number;
  /** How far the bone bends at the break, as a slope. */
  readonly bend: number;
  /** Share of the intact bone still seen through the gap, 0…1. */
  readonly seeThrough: number;
  /** 1 for a complete break; below 1 the line narrows to nothing before the far cortex. */
  readonly extent: number;
  /** Half the width of bone the line may cross; farther pixels are another part of the bone. */
  readonly reach: number;
  /** Distance from the line at which the displacement has faded out. */
  readonly falloff: number;
  /** Deviation of the line from straight, by the distance along it. */
  readonly jag: (along: number) => number;
  /** Added to 1, the share of `gap` that is open, by the distance along the line. */
  readonly unevenness: (along: number) => number;
}

/** A jagged line: teeth of `size` pixels, each about `pitch` pixels long, with finer ones on top. */
export function createJag(random: Random, reach: number, pitch: number, size: number): Break['jag'] {
  const knots: Point[] = [];
  for (let x = -reach * 1.3; x < reach * 1.3 + pitch; x += pitch * random.between(0.35, 1.5)) {
    knots.push({ x, y: size * random.between(-1, 1) });
  }
  return function jag(along) {
    const next = knots.findIndex((knot) => knot.x > along);
    const b = knots[Math.max(1, next)];
    const a = knots[Math.max(1, next) - 1];
    if (next < 0 || a === undefined || b === undefined) return 0;
    return a.y + ((b.y - a.y) * (along - a.x)) / (b.x - a.x);
  };
}

/** The bone's layer with the break in it, and the box around the broken part (margins included). */
export function breakBone(layer: Plane, fracture: Break, margin: number): { layer: Plane; box: Box } {
  const broken = createPlane(layer.x, layer.y, layer.width, layer.height);
  broken.values.set(layer.values);
  const across = fracture.axis + Math.PI / 2 + fracture.lean;
  const frame = { ux: Math.cos(across), uy: Math.sin(across), vx: -Math.sin(across), vy: Math.cos(across) };
  const radius = Math.hypot(fracture.reach, fracture.falloff) * 1.2;
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const first = { x: Math.floor(fracture.centre.x - radius), y: Math.floor(fracture.centre.y - radius) };
  for (
    let y = Math.max(layer.y, first.y);
    y < Math.min(layer.y + layer.height, first.y + 2 * radius);
    y += 1
  ) {
    for (
      let x = Math.max(layer.x, first.x);
      x < Math.min(layer.x + layer.width, first.x + 2 * radius);
      x += 1
    ) {
      const value = brokenValue(layer, fracture, frame, x, y);
      if (value === undefined) continue;
      broken.values[(y - layer.y) * layer.width + x - layer.x] = value.thickness;
      if (!value.isAtLine) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x + 1);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = Math.max(bounds.bottom, y + 1);
    }
  }
  const x = Math.round(bounds.left - margin);
  const y = Math.round(bounds.top - margin);
  const width = Math.round(bounds.right + margin) - x;
  const height = Math.round(bounds.bottom + margin) - y;
  return { layer: broken, box: { x, y, width, height } };
}

/** u runs along the fracture line, v across it. */
interface Frame {
  readonly ux: number;
  readonly uy: number;
  readonly vx: number;
  readonly vy: number;
}

/** Width over which a fragment ends, pixels. */
const EDGE = 2;
/** Share of overlapping bone that is lost in the crush. */
const CRUSHED = 0.6;

function brokenValue(layer: Plane, fracture: Break, frame: Frame, x: number, y: number) {
  const dx = x - fracture.centre.x;
  const dy = y - fracture.centre.y;
  const u = dx * frame.ux + dy * frame.uy;
  const v = dx * frame.vx + dy * frame.vy;
  const away = Math.max(Math.abs(v) / fracture.falloff, Math.abs(u) / (fracture.reach * 1.35));
  if (away >= 1) return undefined;

  const taper = Math.min(
    1,
    Math.max(0, (fracture.extent * 2 - 1 - u / fracture.reach) * 2 + (fracture.extent >= 1 ? 3 : 0)),
  );
  const fade =
    fadeOut(Math.abs(v) / fracture.falloff) * fadeOut(Math.max(0, Math.abs(u) / fracture.reach - 1) / 0.35);
  const half = (fracture.gap * taper * Math.max(0.15, 1 + fracture.unevenness(u))) / 2;
  const intact = samplePlane(layer, x, y);
  let thickness = 0;
  let overlap = Infinity;
  for (const side of [-1, 1]) {
    const slip = (side * (fracture.slip * taper)) / 2 + fracture.bend * Math.abs(v) * taper;
    const sourceU = u - slip * fade;
    const solid = side * (v - fracture.jag(sourceU)) - half;
    const mask = Math.min(1, Math.max(0, (solid + EDGE / 2) / EDGE));
    const shift = u - sourceU;
    const part = mask === 0 ? 0 : mask * samplePlane(layer, x - shift * frame.ux, y - shift * frame.uy);
    thickness += part;
    overlap = Math.min(overlap, part);
  }
  thickness -= overlap * CRUSHED;
  thickness = Math.max(thickness, intact * fracture.seeThrough);
  if (taper < 0.5) thickness = intact + (thickness - intact) * taper * 2;
  const isAtLine =
    taper > 0.1 && Math.abs(v - fracture.jag(u)) < Math.abs(half) + 2.5 && (intact > 2 || thickness > 2);
  return { thickness, isAtLine };
}

/** 1 at 0, 0 from 1 on, flat at both. */
function fadeOut(distance: number): number {
  const t = Math.min(1, Math.max(0, distance));
  return 1 - t * t * (3 - 2 * t);
}
