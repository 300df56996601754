import { evenOutline, longBone, type Outline, type Point } from '../outline.ts';
import type { Random } from '../random.ts';
import type { Limb } from '../soft-tissue.ts';
import type { Bone, FractureSite } from './anatomy.ts';

export interface HandParts {
  readonly bones: readonly Bone[];
  readonly limbs: readonly Limb[];
  readonly sites: readonly FractureSite[];
}

/** The wrist's eight carpal bones, drawn about a lunate at (3, -9); millimetres, the thumb to the right. */
export function carpalBones(random: Random): readonly Bone[] {
  return CARPALS.map(([name, points]): Bone => {
    const dx = random.between(-0.5, 0.5);
    const dy = random.between(-2.4, -1.6);
    const size = random.between(1.02, 1.08);
    const middleX = mean(points.map(([x]) => x));
    const middleY = mean(points.map(([, y]) => y));
    const moved = points.map(([x, y]): [number, number] => [
      middleX + (x - middleX) * size + dx,
      middleY + (y - middleY) * size + dy,
    ]);
    const outline = evenOutline(moved, { cortex: 0.8, depth: name === 'pisiform' ? 3.5 : 6, core: 0.95 });
    return { name, outline, angle: random.between(0, 3), weight: name === 'pisiform' ? 0.55 : 0.85 };
  });
}

/** Metacarpals, phalanges and the soft tissue of the digits; the position of the fingers varies by seed. */
export function digits(random: Random): HandParts {
  const spread = random.between(-0.03, 0.045);
  const parts = RAYS.map((ray, index) => digit(ray, index, spread, random));
  return {
    bones: parts.flatMap((part) => part.bones),
    limbs: parts.flatMap((part) => part.limbs),
    sites: parts.flatMap((part) => part.sites),
  };
}

type Points = readonly (readonly [x: number, y: number])[];

// prettier-ignore
const CARPALS: readonly (readonly [name: string, points: Points])[] = [
  ['scaphoid', [[9.5, -5.5], [11.5, -12], [14, -17.5], [18, -23], [23, -25.5], [25.5, -22.5], [24, -17], [20, -10.5], [15.5, -5.8]]],
  ['lunate', [[-3, -5], [-4.2, -10], [-1.5, -14.5], [3, -13.2], [8, -15.5], [9.5, -11], [8, -5], [3, -2.8]]],
  ['triquetrum', [[-5, -8], [-4.6, -13], [-8, -18], [-13.5, -19], [-18, -15.5], [-17, -10.5], [-11.5, -7]]],
  ['pisiform', [[-16, -9.5], [-12, -8.5], [-10.2, -13], [-11.5, -17], [-15.5, -17.5], [-18, -13.5]]],
  ['capitate', [[3.5, -14.5], [8, -17.5], [10, -23], [10.5, -30], [10.8, -37.5], [5, -38.5], [-0.5, -37], [-0.8, -28], [-1, -20], [0, -16]]],
  ['hamate', [[-2, -16], [-2.2, -26], [-2, -36], [-8, -36.5], [-16, -33.5], [-17.5, -28], [-13, -21.5], [-7, -17.5]]],
  ['trapezoid', [[11.8, -29], [11.6, -37], [15, -40], [20, -38.5], [20.5, -32], [17.5, -26], [13.5, -25]]],
  ['trapezium', [[20, -25.5], [22, -33], [25, -37.5], [31, -36.5], [33.5, -31], [31, -25], [25, -22.5]]],
];

interface Ray {
  readonly name: string;
  readonly base: Point;
  /** Direction of the metacarpal, radians from straight up, to the thumb's side. */
  readonly lean: number;
  /** Metacarpal and phalanges, from the wrist out. */
  readonly lengths: readonly number[];
  /** Half width of the metacarpal's shaft. */
  readonly half: number;
  /** How much each next bone straightens. */
  readonly curl: number;
}

const RAYS: readonly Ray[] = [
  { name: 'thumb', base: { x: 31, y: -41.4 }, lean: 0.5, lengths: [43, 31, 22], half: 5, curl: 0.1 },
  {
    name: 'index',
    base: { x: 16.5, y: -44.9 },
    lean: 0.13,
    lengths: [63, 40, 24, 17],
    half: 4.2,
    curl: 0.02,
  },
  { name: 'middle', base: { x: 5, y: -43.4 }, lean: 0.015, lengths: [61, 45, 29, 18], half: 4.3, curl: 0 },
  {
    name: 'ring',
    base: { x: -5.5, y: -41.9 },
    lean: -0.1,
    lengths: [54, 41, 27, 18],
    half: 3.7,
    curl: -0.02,
  },
  {
    name: 'little',
    base: { x: -13.5, y: -38.9 },
    lean: -0.24,
    lengths: [50, 32, 19, 16],
    half: 3.6,
    curl: -0.04,
  },
];

const JOINT_SPACE = 1.7;
const HEAD_GROWTH = 1.55;

function digit(ray: Ray, index: number, spread: number, random: Random): HandParts {
  const bones: Bone[] = [];
  const sites: FractureSite[] = [];
  const skin: [number, number, number, number][] = [];
  const thickness = random.between(0.92, 1.08);
  let lean = ray.lean + spread * (2 - index) + random.between(-0.02, 0.02);
  let from = ray.base;
  for (const [joint, length] of ray.lengths.entries()) {
    const isTip = joint === ray.lengths.length - 1;
    const half = ray.half * thickness * (joint === 0 ? 1 : 0.93 - 0.13 * joint);
    const to = { x: from.x + Math.sin(lean) * length, y: from.y - Math.cos(lean) * length };
    const name = `${ray.name} ${joint === 0 ? 'metacarpal' : `phalanx ${joint}`}`;
    const outline = isTip ? tipOutline(from, to, half) : shaftOutline(from, to, half, random);
    bones.push({ name, outline, angle: lean - Math.PI / 2, weight: 1 });
    if (!isTip) sites.push(...shaftSites(name, from, to, half, joint === 0));
    if (joint > 0) skin.push([from.x, from.y, half * 1.45 + 4.6, 19 - joint * 1.8]);
    else skin.push([(from.x + to.x) / 2, (from.y + to.y) / 2, index === 0 ? 14 : 11, 20]);
    if (isTip) skin.push([to.x, to.y, half + 4.4, 12]);
    lean += ray.curl + random.between(-0.025, 0.025);
    const gap = JOINT_SPACE + half * 0.35;
    from = { x: to.x + Math.sin(lean) * gap, y: to.y - Math.cos(lean) * gap };
  }
  return { bones, limbs: [skin], sites };
}

function shaftOutline(from: Point, to: Point, half: number, random: Random): Outline {
  const bow = random.between(-0.3, 0.3);
  const base = half * random.between(1.3, 1.42);
  return longBone(
    from,
    to,
    [
      { at: 0.03, half: base, cortex: 0.6, core: 0.95 },
      { at: 0.12, half: base * 0.93, cortex: 0.8, core: 0.85 },
      { at: 0.26, half: half * 1.08, cortex: half * 0.38, core: 0.45, shift: bow * 0.6 },
      { at: 0.5, half: half * 0.93, cortex: half * 0.5, core: 0.15, shift: bow },
      { at: 0.7, half: half * 1.02, cortex: half * 0.42, core: 0.3, shift: bow * 0.7 },
      { at: 0.83, half: half * HEAD_GROWTH * 0.86, cortex: 0.9, core: 0.75 },
      { at: 0.93, half: half * HEAD_GROWTH, cortex: 0.65, core: 0.95 },
    ],
    0.5,
  );
}

/** The last phalanx ends in a tuft. */
function tipOutline(from: Point, to: Point, half: number): Outline {
  return longBone(
    from,
    to,
    [
      { at: 0.04, half: half * 1.7, cortex: 0.6, core: 0.9 },
      { at: 0.16, half: half * 1.5, cortex: 0.7, core: 0.8 },
      { at: 0.45, half: half * 0.8, cortex: half * 0.4, core: 0.4 },
      { at: 0.7, half: half * 0.72, cortex: half * 0.35, core: 0.5 },
      { at: 0.86, half: half * 1.15, cortex: 0.5, core: 0.75 },
      { at: 0.95, half: half * 1.05, cortex: 0.45, core: 0.75 },
    ],
    0.5,
  );
}

function shaftSites(
  bone: string,
  from: Point,
  to: Point,
  half: number,
  isMetacarpal: boolean,
): FractureSite[] {
  const axis = Math.atan2(to.y - from.y, to.x - from.x);
  const between = (at: number) => ({ x: from.x + (to.x - from.x) * at, y: from.y + (to.y - from.y) * at });
  const shaft: FractureSite = { bone, centre: between(0.48), axis, reach: half * 1.4, lean: [-0.75, 0.75] };
  const neck: FractureSite = { bone, centre: between(0.74), axis, reach: half * 1.6, lean: [-0.3, 0.3] };
  const base: FractureSite = { bone, centre: between(0.22), axis, reach: half * 1.6, lean: [-0.35, 0.35] };
  return isMetacarpal ? [shaft, neck, neck, base] : [shaft, base, neck];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
