import type { Plane } from './plane.ts';
import type { Random } from './random.ts';

/** The exposed field on the image: a slightly rotated rectangle; pixels and radians. */
export interface Collimation {
  readonly x: number;
  readonly y: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
  readonly angle: number;
}

/** A field that includes the middle of the image; for some seeds it is the whole detector. */
export function chooseCollimation(random: Random, width: number, height: number): Collimation {
  const isOpen = random.chance(0.3);
  const inset = isOpen ? -40 : random.between(0.005, 0.045) * Math.min(width, height);
  return {
    x: width / 2 + random.between(-0.006, 0.006) * width,
    y: height / 2 + random.between(-0.006, 0.006) * height,
    halfWidth: width / 2 - inset,
    halfHeight: height / 2 - inset * random.between(0.4, 1.2),
    angle: isOpen ? 0 : random.between(-0.014, 0.014),
  };
}

/** Darkens 12-bit pixels outside the field to the level of scatter, over an edge of about three pixels. */
export function collimate(
  pixels: Uint16Array,
  { width, height }: Pick<Plane, 'width' | 'height'>,
  field: Collimation,
): void {
  const cos = Math.cos(field.angle);
  const sin = Math.sin(field.angle);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const dx = x - field.x;
      const dy = y - field.y;
      const beyond = Math.max(
        Math.abs(dx * cos + dy * sin) - field.halfWidth,
        Math.abs(dy * cos - dx * sin) - field.halfHeight,
      );
      if (beyond <= 0) continue;
      const at = y * width + x;
      const lit = Math.max(0, 1 - beyond / 3);
      pixels[at] = Math.round((pixels[at] ?? 0) * (0.05 + 0.95 * lit));
    }
  }
}
