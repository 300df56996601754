/** Smooth noise in 0…1 over the plane, one lattice cell per unit; the same seed gives the same field. */
export function createValueNoise(seed: number): (x: number, y: number) => number {
  const lattice = new Float32Array(LATTICE * LATTICE);
  for (let index = 0; index < lattice.length; index += 1) lattice[index] = hash(index, seed);

  return function valueNoise(x, y) {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const left = column & MASK;
    const right = (column + 1) & MASK;
    const top = (row & MASK) * LATTICE;
    const bottom = ((row + 1) & MASK) * LATTICE;
    const u = x - column;
    const v = y - row;
    const across = u * u * (3 - 2 * u);
    const a = lattice[top + left] ?? 0;
    const b = lattice[top + right] ?? 0;
    const c = lattice[bottom + left] ?? 0;
    const d = lattice[bottom + right] ?? 0;
    const upper = a + (b - a) * across;
    return upper + (c + (d - c) * across - upper) * v * v * (3 - 2 * v);
  };
}

const LATTICE = 256;
const MASK = LATTICE - 1;

function hash(index: number, seed: number): number {
  let mixed = Math.imul(index + 1, 374761393) + Math.imul(seed + 1, 668265263);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 1274126177);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
}
