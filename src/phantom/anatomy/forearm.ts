import type { Random } from '../random.ts';
import type { Limb } from '../soft-tissue.ts';
import type { Anatomy } from './anatomy.ts';
import { forearmBones } from './forearm-bones.ts';
import { carpalBones, digits } from './hand-bones.ts';

/** The forearm from its middle to the metacarpals, seen from the back of the hand. */
export function forearmAnatomy(random: Random): Anatomy {
  const { bones, sites } = forearmBones(random);
  const hand = digits(random);
  return {
    bodyPart: 'FOREARM',
    viewPosition: 'PA',
    bones: [...bones, ...carpalBones(random), ...hand.bones],
    limbs: [...armLimbs(random), ...hand.limbs],
    sites,
    field: { width: 138, height: 194, middle: { x: random.between(2, 8), y: random.between(14, 30) } },
  };
}

/** Soft tissue of palm, wrist and forearm. */
export function armLimbs(random: Random): readonly Limb[] {
  const fat = random.between(0.92, 1.14);
  // prettier-ignore
  const arm: Limb = [
    [2, -88, 36, 17], [2, -60, 39, 23], [3, -30, 35, 28], [1.5, -4, 31, 32], [0, 22, 30, 34], [-1, 60, 33, 42], [-2, 110, 39, 52], [-2, 200, 45, 60],
  ];
  const ball: Limb = [
    [18, -16, 15, 24],
    [34, -46, 16, 26],
  ];
  return [arm, ball].map((limb) =>
    limb.map(([x, y, half, depth]): Limb[number] => [x, y, half * (y < -20 ? 1 : fat), depth * fat]),
  );
}
