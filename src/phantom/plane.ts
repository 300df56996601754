/** A rectangle of numbers placed on the image: row-major, its first value at pixel (x, y) of the image. */
export interface Plane {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A plane of zeros. */
export function createPlane(x: number, y: number, width: number, height: number): Plane {
  return { x, y, width, height, values: new Float32Array(width * height) };
}

/** Adds `layer`, times `weight`, to the pixels of `target` that it covers; the rest of the layer is dropped. */
export function addPlane(target: Plane, layer: Plane, weight: number): void {
  const left = Math.max(target.x, layer.x);
  const right = Math.min(target.x + target.width, layer.x + layer.width);
  const top = Math.max(target.y, layer.y);
  const bottom = Math.min(target.y + target.height, layer.y + layer.height);
  for (let y = top; y < bottom; y += 1) {
    let to = (y - target.y) * target.width + left - target.x;
    let from = (y - layer.y) * layer.width + left - layer.x;
    for (let x = left; x < right; x += 1, to += 1, from += 1) {
      target.values[to] = (target.values[to] ?? 0) + weight * (layer.values[from] ?? 0);
    }
  }
}

/** The value at a point between pixels of the image, bilinear; 0 outside the plane. */
export function samplePlane(plane: Plane, x: number, y: number): number {
  const column = Math.floor(x - plane.x);
  const row = Math.floor(y - plane.y);
  if (column < 0 || row < 0 || column >= plane.width - 1 || row >= plane.height - 1) return 0;
  const u = x - plane.x - column;
  const v = y - plane.y - row;
  const at = row * plane.width + column;
  const upper = (plane.values[at] ?? 0) * (1 - u) + (plane.values[at + 1] ?? 0) * u;
  const lower =
    (plane.values[at + plane.width] ?? 0) * (1 - u) + (plane.values[at + plane.width + 1] ?? 0) * u;
  return upper * (1 - v) + lower * v;
}

/** Blurs in place with a kernel close to a Gaussian (three box passes); `radius` in pixels, edges repeated. */
export function blurPlane(plane: Plane, radius: number): void {
  const scratch = new Float32Array(plane.values.length);
  for (let pass = 0; pass < 3; pass += 1) {
    blurLines(plane.values, scratch, plane.height, plane.width, plane.width, 1, radius);
    blurLines(scratch, plane.values, plane.width, plane.height, 1, plane.width, radius);
  }
}

/** The kernel is 2 × radius + 1 wide; a fractional radius weighs its two outermost taps. */
function blurLines(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  lineStride: number,
  stride: number,
  radius: number,
): void {
  const whole = Math.floor(radius);
  const part = radius - whole;
  const scale = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line += 1) {
    const start = line * lineStride;
    const at = (index: number) => from[start + Math.max(0, Math.min(length - 1, index)) * stride] ?? 0;
    let sum = 0;
    for (let index = -whole; index <= whole; index += 1) sum += at(index);
    for (let index = 0; index < length; index += 1) {
      const fringe = part * (at(index - whole - 1) + at(index + whole + 1));
      to[start + index * stride] = (sum + fringe) * scale;
      sum += at(index + whole + 1) - at(index - whole);
    }
  }
}
