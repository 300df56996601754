import type { Outline, Point } from '../outline.ts';
import type { Limb } from '../soft-tissue.ts';

/** A typical fracture site of this anatomy; millimetres and radians of the anatomy. */
export interface FractureSite {
  /** Name of the bone. */
  readonly bone: string;
  readonly centre: Point;
  /** Direction of the bone's axis. */
  readonly axis: number;
  /** Half the bone's width along the line. */
  readonly reach: number;
  /** Range of the line's angle from perpendicular to the bone. */
  readonly lean: readonly [low: number, high: number];
}

export interface Bone {
  readonly name: string;
  /** Not yet smoothed. */
  readonly outline: Outline;
  readonly holes?: readonly Outline[];
  /** Direction of the grain of its core, radians. */
  readonly angle: number;
  /** Share of its thickness to use; below 1 where overlapping bones would saturate. */
  readonly weight: number;
}

/** A body part as projected: a left one, its thumb's or hip's outer side to the right; millimetres, y down. */
export interface Anatomy {
  readonly bodyPart: string;
  readonly viewPosition: 'AP' | 'PA';
  readonly bones: readonly Bone[];
  readonly limbs: readonly Limb[];
  readonly sites: readonly FractureSite[];
  /** The field of view: width and height in millimetres, and the anatomy's point in its middle. */
  readonly field: { readonly width: number; readonly height: number; readonly middle: Point };
}
