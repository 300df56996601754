import type { Random } from '../random.ts';
import type { Anatomy } from './anatomy.ts';
import { armLimbs } from './forearm.ts';
import { forearmBones } from './forearm-bones.ts';
import { carpalBones, digits } from './hand-bones.ts';

/** A whole hand, from the fingertips to the ends of radius and ulna, seen from its back. */
export function handAnatomy(random: Random): Anatomy {
  const { bones } = forearmBones(random);
  const hand = digits(random);
  return {
    bodyPart: 'HAND',
    viewPosition: 'PA',
    bones: [...bones.map((bone) => ({ ...bone, weight: 0.75 })), ...carpalBones(random), ...hand.bones],
    limbs: [...armLimbs(random), ...hand.limbs],
    sites: hand.sites,
    field: { width: 188, height: 258, middle: { x: random.between(6, 13), y: random.between(-94, -86) } },
  };
}
