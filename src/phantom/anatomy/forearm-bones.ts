import type { Outline, Vertex } from '../outline.ts';
import type { Random } from '../random.ts';
import type { Bone, FractureSite } from './anatomy.ts';

/** The lower two thirds of radius and ulna; the joint's middle at (0, 0), the thumb to the right; millimetres. */
export function forearmBones(random: Random): {
  readonly bones: readonly Bone[];
  readonly sites: readonly FractureSite[];
} {
  const stout = random.between(0.92, 1.08);
  const shell = random.between(0.8, 1.1);
  const variance = random.between(-1.8, 1.6);
  const inclination = random.between(-1, 1.6);
  const radius = RADIUS.map((vertex) =>
    tune(vertex, { axis: 10, stout, shell, lift: vertex.y < 0 ? -inclination * (vertex.x / 20) : 0 }),
  );
  const ulna = ULNA.map((vertex) =>
    tune(vertex, { axis: -15, stout, shell, lift: vertex.y < 15 ? variance : 0 }),
  );
  return {
    bones: [
      { name: 'radius', outline: radius, angle: Math.PI / 2, weight: 1 },
      { name: 'ulna', outline: ulna, angle: Math.PI / 2, weight: 1 },
    ],
    sites: [
      ...[16, 19, 22, 26].map((y): FractureSite => distalRadius(y)),
      { bone: 'radius', centre: { x: 11.5, y: 72 }, axis: -Math.PI / 2, reach: 10, lean: [-0.6, 0.6] },
      { bone: 'radius', centre: { x: 11, y: 48 }, axis: -Math.PI / 2, reach: 11, lean: [-0.4, 0.4] },
      { bone: 'ulna', centre: { x: -15, y: 62 }, axis: -Math.PI / 2, reach: 9, lean: [-0.5, 0.5] },
      { bone: 'ulna', centre: { x: -15.4, y: 22 }, axis: -Math.PI / 2, reach: 10.5, lean: [-0.35, 0.35] },
      { bone: 'ulna', centre: { x: -21, y: 2.2 }, axis: -Math.PI / 2, reach: 4.5, lean: [-0.5, 0.3] },
    ],
  };
}

function distalRadius(y: number): FractureSite {
  return { bone: 'radius', centre: { x: 11, y }, axis: -Math.PI / 2, reach: 19, lean: [-0.28, 0.16] };
}

interface Tuning {
  readonly axis: number;
  readonly stout: number;
  readonly shell: number;
  readonly lift: number;
}

/** Thicker shafts have the same joints: only the part away from the joint widens. */
function tune(vertex: Vertex, { axis, stout, shell, lift }: Tuning): Vertex {
  const share = Math.min(1, Math.max(0, (vertex.y - 15) / 25));
  const widened = axis + (vertex.x - axis) * (1 + (stout - 1) * share);
  return { ...vertex, x: widened, y: vertex.y + lift, cortex: vertex.cortex * shell };
}

type Row = readonly [x: number, y: number, cortex: number, depth: number, core: number];

const toVertex = ([x, y, cortex, depth, core]: Row): Vertex => ({ x, y, cortex, depth, core });

// prettier-ignore
const RADIUS: Outline = ([
  [19, 190, 3, 7.2, 0.05], [18.6, 150, 3, 7, 0.05], [18, 110, 3, 7, 0.05], [17.6, 80, 2.9, 7, 0.12], [18.2, 56, 2.3, 7.5, 0.3],
  [20, 39, 1.6, 8.5, 0.55], [23, 22, 1, 9, 0.85], [25.4, 9, 0.8, 9, 1], [26.4, 0, 0.8, 8, 1], [25.6, -7, 0.8, 6, 1],
  [23, -10.8, 1, 5, 1], [18.5, -7.2, 1.2, 7, 1.05], [13, -3.6, 1.3, 8.5, 1.1], [7, -1.6, 1.3, 9, 1.1], [1, -0.6, 1.3, 8.5, 1.1],
  [-4, 0.6, 1.1, 7, 1], [-6.2, 3.6, 0.9, 7, 1], [-5.9, 9, 0.8, 8, 0.95], [-4.4, 17, 0.9, 9, 0.85], [-1.2, 27, 1.3, 9, 0.6],
  [2, 41, 1.9, 8, 0.4], [3.8, 60, 2.6, 7.2, 0.2], [4.3, 85, 3, 7, 0.1], [4.8, 115, 3, 7, 0.05], [5, 150, 3, 7, 0.05], [5, 190, 3, 7.2, 0.05],
] as const).map(toVertex);

// prettier-ignore
const ULNA: Outline = ([
  [-10.6, 190, 2.6, 6, 0.05], [-10.4, 150, 2.6, 5.8, 0.05], [-10, 110, 2.5, 5.6, 0.08], [-9.6, 75, 2.4, 5.5, 0.12], [-9.4, 48, 1.9, 5.6, 0.3],
  [-9.2, 30, 1.3, 6.2, 0.6], [-8.5, 18, 0.9, 7, 0.85], [-7.9, 12, 0.8, 7.5, 0.95], [-8.5, 7.6, 0.9, 7, 1], [-11, 4.4, 1, 7, 1],
  [-15.4, 3.2, 1, 7, 1], [-18.4, 3.1, 1, 5, 1], [-19.6, 0.4, 0.7, 2.4, 0.9], [-21, -2.6, 0.6, 1.9, 0.9], [-22.7, -1.6, 0.6, 2.1, 0.9],
  [-23.2, 4, 0.7, 4, 0.95], [-22.9, 12, 0.8, 6.5, 0.9], [-21.9, 22, 1, 6.6, 0.75], [-20.8, 36, 1.5, 6, 0.45], [-20.2, 60, 2.2, 5.6, 0.2],
  [-20.4, 90, 2.5, 5.5, 0.1], [-20.9, 120, 2.6, 5.7, 0.05], [-21.3, 150, 2.6, 5.9, 0.05], [-21.6, 190, 2.6, 6, 0.05],
] as const).map(toVertex);
