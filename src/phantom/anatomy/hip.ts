import { evenOutline, type Outline, type Vertex } from '../outline.ts';
import type { Random } from '../random.ts';
import type { Limb } from '../soft-tissue.ts';
import type { Anatomy, Bone, FractureSite } from './anatomy.ts';

/** One hip from the front: the middle of the femoral head at (0, 0), the outer side to the right; millimetres. */
export function hipAnatomy(random: Random): Anatomy {
  const shell = random.between(0.75, 1.1);
  const stout = random.between(0.96, 1.04);
  const femur = FEMUR.map((vertex) => ({ ...vertex, x: vertex.x * stout, cortex: vertex.cortex * shell }));
  return {
    bodyPart: 'HIP',
    viewPosition: 'AP',
    bones: [...pelvisBones(random), { name: 'femur', outline: femur, angle: 0.9, weight: 1 }],
    limbs: hipLimbs(random),
    sites: SITES,
    field: { width: 248, height: 208, middle: { x: random.between(-14, -2), y: random.between(16, 28) } },
  };
}

const NECK_AXIS = 0.62;

const SITES: readonly FractureSite[] = [
  { bone: 'femur', centre: { x: 20, y: 12 }, axis: NECK_AXIS, reach: 21, lean: [-0.35, 0.2] },
  { bone: 'femur', centre: { x: 27, y: 16 }, axis: NECK_AXIS, reach: 22, lean: [-0.3, 0.3] },
  { bone: 'femur', centre: { x: 46, y: 30 }, axis: 0.95, reach: 37, lean: [-0.2, 0.2] },
  { bone: 'femur', centre: { x: 45, y: 33 }, axis: 0.85, reach: 38, lean: [-0.15, 0.2] },
  { bone: 'femur', centre: { x: 50, y: 92 }, axis: Math.PI / 2, reach: 22, lean: [-0.6, 0.6] },
  { bone: 'hip bone', centre: { x: -67, y: 22 }, axis: Math.PI - 0.3, reach: 12, lean: [-0.4, 0.4] },
];

type Row = readonly [x: number, y: number, cortex: number, depth: number, core: number];

const toVertex = ([x, y, cortex, depth, core]: Row): Vertex => ({ x, y, cortex, depth, core });

// prettier-ignore
const FEMUR: Outline = ([
  [34, 210, 6.5, 15.5, 0.05], [34, 165, 6.5, 15.5, 0.05], [33.5, 125, 6, 16, 0.1], [32, 98, 5, 16, 0.2], [29, 82, 3.5, 15, 0.4],
  [24, 73, 1.6, 10, 0.6], [20.8, 65, 1.2, 7, 0.7], [22.5, 57, 1.6, 10, 0.7], [25.8, 49, 3, 16, 0.6], [25.4, 41, 3.4, 16, 0.6],
  [21.5, 33, 2.8, 16, 0.65], [16.5, 26.5, 1.8, 17, 0.75], [10, 22.6, 1.1, 20, 0.9], [2, 24, 0.9, 22, 1], [-8, 22.7, 0.9, 22, 1], [-17, 17, 0.9, 22, 1],
  [-22.7, 8, 0.9, 22, 1], [-24, -2, 0.9, 22, 1], [-21, -11.6, 0.9, 22, 1.05], [-14.5, -19, 0.9, 22, 1.05], [-5, -23.5, 0.9, 22, 1.05], [5, -23.5, 0.9, 22, 1],
  [13.5, -19.8, 1, 21, 0.9], [20, -13, 1.2, 18, 0.75], [27, -7.4, 1.5, 16, 0.65], [35, -5, 1.6, 15, 0.6], [41.5, -7.5, 1.2, 13, 0.6], [47, -13.5, 1, 11, 0.65],
  [53.5, -17, 1, 10, 0.65], [59.5, -14, 1, 11, 0.65], [64, -5, 1, 14, 0.6], [68, 8, 1.2, 17, 0.55], [69.8, 23, 1.6, 18, 0.5], [69, 38, 2.2, 18, 0.45],
  [67.4, 54, 3, 17, 0.4], [66.8, 76, 4.4, 16, 0.25], [67, 100, 5.6, 16, 0.12], [67.2, 130, 6.3, 16, 0.08], [67.5, 165, 6.5, 15.5, 0.05], [67.5, 210, 6.5, 15.5, 0.05],
] as const).map(toVertex);

function pelvisBones(random: Random): readonly Bone[] {
  const tilt = random.between(-2.5, 2.5);
  const tip = (outline: Outline) =>
    outline.map((vertex) => ({ ...vertex, y: vertex.y + (vertex.x < -60 ? tilt : 0) }));
  return [
    { name: 'hip bone', outline: tip(HIP_BONE), holes: [tip(OBTURATOR_FORAMEN)], angle: -0.9, weight: 0.72 },
    { name: 'socket walls', outline: SOCKET_WALLS, angle: 0.8, weight: 0.34 },
    { name: 'socket roof', outline: socketRoof(), angle: 0, weight: 0.8 },
    { name: 'other pubis', outline: tip(OTHER_PUBIS), angle: 1.3, weight: 0.66 },
    { name: 'sacrum', outline: SACRUM, angle: 0.3, weight: 0.5 },
  ];
}

// prettier-ignore
const HIP_BONE: Outline = ([
  [29, -15, 1.2, 6, 0.8], [30.5, -21, 1.5, 8, 0.7], [27, -29, 1.8, 9, 0.6], [24, -41, 1.8, 8, 0.5], [26, -55, 1.7, 7, 0.4], [35, -72, 1.6, 6, 0.3],
  [50, -94, 1.6, 6, 0.3], [60, -130, 1.6, 6, 0.3], [0, -150, 1.5, 6, 0.3], [-80, -140, 1.5, 7, 0.4], [-96, -108, 1.6, 9, 0.55], [-90, -82, 1.6, 10, 0.6], [-76, -64, 2, 10, 0.6],
  [-63, -46, 2.4, 10, 0.5], [-54, -28, 2.6, 10, 0.5], [-50, -11, 2.4, 10, 0.5], [-53, 2, 2, 9, 0.5], [-64, 10, 1.9, 8.5, 0.5], [-78, 14, 1.8, 9, 0.55], [-91, 18, 1.3, 9, 0.65],
  [-100, 24, 1, 8, 0.7], [-103.4, 34, 1, 8, 0.7], [-103.6, 50, 1, 8, 0.7], [-101, 63, 1, 8, 0.7], [-93, 72, 1.3, 7, 0.6], [-79, 79, 1.8, 6.5, 0.5], [-64, 87, 1.8, 7, 0.5],
  [-50, 96, 1.4, 9, 0.55], [-37, 99, 1.1, 11, 0.6], [-25, 92, 1.1, 12, 0.6], [-18.5, 78, 1.3, 12, 0.6], [-16.5, 62, 1.5, 12, 0.6], [-13, 48, 1.5, 12, 0.6], [-14, 37, 1.4, 12, 0.65], [-20, 29, 1.3, 12, 0.7],
  [-26.5, 17, 1.3, 12, 0.8], [-29.6, 3, 1.4, 12, 0.9], [-27.4, -11, 1.8, 12, 1], [-20.6, -20.8, 2.4, 13, 1.1], [-10, -27.6, 2.8, 13, 1.2], [3, -29.3, 3, 13, 1.2], [14, -26.6, 2.6, 12, 1.1], [23, -20.4, 1.8, 8, 0.95],
] as const).map(toVertex);

const OBTURATOR_FORAMEN: Outline = evenOutline(
  [
    [-45, 27],
    [-58, 30],
    [-71, 35],
    [-81, 44],
    [-82, 55],
    [-72, 65],
    [-58, 73],
    [-46, 77],
    [-38, 70],
    [-35, 56],
    [-37, 40],
  ],
  { cortex: 1.5, depth: 9, core: 0.55 },
);

const SOCKET_WALLS: Outline = evenOutline(
  [
    [28.5, -16],
    [26, -2],
    [19, 11],
    [8, 23],
    [-5, 33],
    [-18, 42],
    [-32, 36],
    [-36, 20],
    [-34, 2],
    [-29, -14],
    [-18, -25],
    [-2, -30],
    [15, -27],
  ],
  { cortex: 0.9, depth: 5, core: 0.4 },
);

/** The dense crescent over the femoral head. */
function socketRoof(): Outline {
  const arc = [-0.62, -0.9, -1.2, -1.5, -1.8, -2.1, -2.4, -2.7];
  const at = (angle: number, radius: number): [number, number] => [
    Math.cos(angle) * radius,
    Math.sin(angle) * radius,
  ];
  const lower = arc.map((angle) => at(angle, 28.7));
  const upper = arc.map((angle) => at(angle, 29.4 + 3.4 * Math.sin((-angle - 0.62) * 1.5) ** 2)).reverse();
  return evenOutline([...lower, ...upper], { cortex: 2, depth: 4, core: 1 });
}

// prettier-ignore
const SACRUM: Outline = evenOutline(
  [[-92, -120], [-84, -100], [-84, -80], [-94, -60], [-108, -40], [-118, -24], [-132, -18], [-160, -40], [-170, -120]],
  { cortex: 1, depth: 14, core: 0.55 },
);

// prettier-ignore
const OTHER_PUBIS: Outline = evenOutline(
  [[-112, 24], [-121, 18], [-134, 14], [-150, 9], [-150, 30], [-138, 36], [-130, 45], [-129, 55], [-140, 66], [-136, 80], [-119, 72], [-111, 63], [-108.6, 50], [-108.8, 34]],
  { cortex: 1.3, depth: 8, core: 0.6 },
);

function hipLimbs(random: Random): readonly Limb[] {
  const fat = random.between(0.9, 1.15);
  // prettier-ignore
  const trunk: Limb = [[-70, -150, 170, 190], [-80, -60, 178, 205], [-90, 10, 170, 190]];
  // prettier-ignore
  const thigh: Limb = [[20, 0, 88, 170], [28, 60, 84, 165], [32, 130, 80, 158], [34, 230, 78, 150]];
  const otherThigh: Limb = thigh.map(([x, y, half, depth]): Limb[number] => [-212 - x, y, half, depth]);
  return [trunk, thigh, otherThigh].map((limb) =>
    limb.map(([x, y, half, depth]): Limb[number] => [x, y, half * (0.6 + 0.4 * fat), depth * fat]),
  );
}
