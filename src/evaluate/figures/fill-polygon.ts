/** A bit per pixel of a picture, row-major; 1 inside. */
export interface Bitmap {
  readonly bits: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export function emptyBitmap(width: number, height: number): Bitmap {
  return { bits: new Uint8Array(width * height), width, height };
}

/** Sets the pixels whose centres lie in a polygon, even-odd, and leaves the others as they are. */
export function fillPolygon(
  { bits, width, height }: Bitmap,
  polygon: readonly (readonly [x: number, y: number])[],
): void {
  const rows = polygon.map(([, y]) => y);
  const first = Math.max(0, Math.floor(Math.min(...rows)));
  const last = Math.min(height - 1, Math.ceil(Math.max(...rows)));
  for (let row = first; row <= last; row += 1) {
    const crossings = crossingsAt(polygon, row + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil((crossings[pair] ?? 0) - 0.5));
      const to = Math.min(width, Math.ceil((crossings[pair + 1] ?? 0) - 0.5));
      if (to > from) bits.fill(1, row * width + from, row * width + to);
    }
  }
}

/** Where the edges of a polygon cross a horizontal line, from left to right. */
function crossingsAt(polygon: readonly (readonly [number, number])[], y: number): readonly number[] {
  const crossings: number[] = [];
  for (const [index, [x1, y1]] of polygon.entries()) {
    const [x2, y2] = polygon[(index + 1) % polygon.length] ?? [x1, y1];
    if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  return crossings.toSorted((a, b) => a - b);
}
