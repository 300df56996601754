/** One connected region of a map, 8-connected; edges in samples, `right` and `bottom` just outside it. */
export interface Region {
  readonly area: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** The highest value inside. */
  readonly peak: number;
  /** The samples, as row × width + column. */
  readonly samples: readonly number[];
}

/** The regions of a row-major map where its values are above `level`, in the order of their first sample. */
export function regionsOf(
  map: { readonly values: Float32Array; readonly width: number; readonly height: number },
  level: number,
): Region[] {
  const seen = new Uint8Array(map.values.length);
  const regions: Region[] = [];
  for (let start = 0; start < map.values.length; start += 1) {
    if (seen[start] === 1 || !((map.values[start] ?? 0) > level)) continue;
    regions.push(describe(flood(map, { start, level, seen }), map));
  }
  return regions;
}

function flood(
  { values, width, height }: { values: Float32Array; width: number; height: number },
  { start, level, seen }: { start: number; level: number; seen: Uint8Array },
): readonly number[] {
  const samples = [start];
  seen[start] = 1;
  // Grows during the iteration.
  for (const sample of samples) {
    const [x, y] = [sample % width, Math.floor(sample / width)];
    for (let nearY = Math.max(0, y - 1); nearY <= Math.min(height - 1, y + 1); nearY += 1) {
      for (let nearX = Math.max(0, x - 1); nearX <= Math.min(width - 1, x + 1); nearX += 1) {
        const near = nearY * width + nearX;
        if (seen[near] === 1 || !((values[near] ?? 0) > level)) continue;
        seen[near] = 1;
        samples.push(near);
      }
    }
  }
  return samples;
}

function describe(
  samples: readonly number[],
  { values, width }: { values: Float32Array; width: number },
): Region {
  let [left, top, right, bottom, peak] = [Infinity, Infinity, 0, 0, -Infinity];
  for (const sample of samples) {
    const [x, y] = [sample % width, Math.floor(sample / width)];
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + 1);
    bottom = Math.max(bottom, y + 1);
    peak = Math.max(peak, values[sample] ?? 0);
  }
  return { area: samples.length, left, top, right, bottom, peak, samples };
}
