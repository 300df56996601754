import type { Box } from '../contract/box.ts';
import type { Anatomy } from './anatomy/anatomy.ts';
import { forearmAnatomy } from './anatomy/forearm.ts';
import { handAnatomy } from './anatomy/hand.ts';
import { hipAnatomy } from './anatomy/hip.ts';
import { breakBone } from './break-bone.ts';
import { chooseCollimation, collimate } from './collimation.ts';
import { exposeRadiograph, type Exposure } from './expose.ts';
import { flatten } from './flatten.ts';
import { smoothOutline } from './outline.ts';
import { chooseSite, placeBreak } from './place-break.ts';
import { placeAngle, placeOutline, placePoint, type Placement } from './placement.ts';
import { addPlane, createPlane, type Plane } from './plane.ts';
import { projectBone } from './project-bone.ts';
import { createRandom, type Random } from './random.ts';
import { addSideMarker, placeSideMarker } from './side-marker.ts';
import { projectSoftTissue } from './soft-tissue.ts';
import { createValueNoise } from './value-noise.ts';

export type PhantomKind = 'forearm' | 'hand' | 'hip';

/** A drawn radiograph with known fractures; it contains no patient data. */
export interface Phantom {
  readonly kind: PhantomKind;
  readonly seed: number;
  readonly isFractured: boolean;
  readonly width: number;
  readonly height: number;
  /** 12 bits, 0 black, bone bright; row-major, width × height of them. */
  readonly pixels: Uint16Array;
  /** A box around each fracture with a small margin, inside the image; none if intact. */
  readonly boxes: readonly Box[];
  /** A DICOM Body Part Examined term. */
  readonly bodyPart: string;
  readonly laterality: 'L' | 'R';
  /** A DICOM View Position term. */
  readonly viewPosition: 'AP' | 'PA';
  /** Side of a pixel at the detector, millimetres. */
  readonly pixelSpacing: number;
}

export interface PhantomRequest {
  readonly kind: PhantomKind;
  readonly isFractured: boolean;
  /** A whole number that determines anatomy, exposure and fracture. */
  readonly seed: number;
  /** Pixels; by default the kind's size in `PHANTOM_SIZES`. */
  readonly width?: number;
  readonly height?: number;
}

export const PHANTOM_KINDS: readonly PhantomKind[] = ['forearm', 'hand', 'hip'];

export const PHANTOM_SIZES: Readonly<
  Record<PhantomKind, { readonly width: number; readonly height: number }>
> = {
  forearm: { width: 1000, height: 1400 },
  hand: { width: 1000, height: 1400 },
  hip: { width: 1300, height: 1090 },
};

/** Draws a radiograph; equal requests give equal pixels, and the intact twin differs near the boxes only. */
export function drawPhantom(request: PhantomRequest): Phantom {
  const { kind, seed, isFractured } = request;
  const width = request.width ?? PHANTOM_SIZES[kind].width;
  const height = request.height ?? PHANTOM_SIZES[kind].height;
  const stream = (name: string) => createRandom(seed, `${kind} ${name}`);
  const anatomy = ANATOMIES[kind](stream('anatomy'));
  const view = chooseView(stream('view'), anatomy, width, height);

  const drawn = drawBones({ anatomy, view, width, height, seed, stream, isFractured });
  const { bone, change } = drawn;
  return {
    kind,
    seed,
    isFractured,
    width,
    height,
    pixels: expose(stream('exposure'), { anatomy, view, bone, change, kind }),
    boxes: drawn.boxes,
    bodyPart: anatomy.bodyPart,
    laterality: lateralityOf(view),
    viewPosition: anatomy.viewPosition,
    pixelSpacing: Math.round(10000 / view.pixelsPerMm) / 10000,
  };
}

interface BonesRequest {
  readonly anatomy: Anatomy;
  readonly view: Placement;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  /** The random numbers of one purpose. */
  readonly stream: (name: string) => Random;
  readonly isFractured: boolean;
}

interface DrawnBones extends Pick<Scene, 'bone' | 'change'> {
  readonly boxes: readonly Box[];
}

/** Projects every bone, and for a fractured one the change by the fracture. */
function drawBones({ anatomy, view, width, height, seed, stream, isFractured }: BonesRequest): DrawnBones {
  const bone = createPlane(0, 0, width, height);
  const change = createPlane(0, 0, width, height);
  const boxes: Box[] = [];
  const site = isFractured ? chooseSite(stream('site'), anatomy, view, { width, height }) : undefined;
  const noise = createValueNoise(seed);
  for (const part of anatomy.bones) {
    const outlines = [part.outline, ...(part.holes ?? [])].map((outline) =>
      placeOutline(view, smoothOutline(outline)),
    );
    const grain = {
      noise,
      angle: placeAngle(view, part.angle),
      width: 0.5 * view.pixelsPerMm,
      strength: 0.2,
    };
    const layer = projectBone(outlines, grain, width, height);
    addPlane(bone, layer, part.weight / view.pixelsPerMm);
    if (site?.bone !== part.name) continue;
    const broken = breakBone(layer, placeBreak(stream('break'), site, view), view.pixelsPerMm * 2.2);
    addPlane(change, broken.layer, part.weight / view.pixelsPerMm);
    addPlane(change, layer, -part.weight / view.pixelsPerMm);
    boxes.push(clip(broken.box, width, height));
  }
  return { bone, change, boxes };
}

const ANATOMIES: Readonly<Record<PhantomKind, (random: Random) => Anatomy>> = {
  forearm: forearmAnatomy,
  hand: handAnatomy,
  hip: hipAnatomy,
};

function chooseView(random: Random, { field }: Anatomy, width: number, height: number): Placement {
  const pixelsPerMm = Math.min(width / field.width, height / field.height) * random.between(0.91, 1.07);
  const isMirrored = random.chance(0.5);
  const angle = random.between(-0.11, 0.11);
  const around: Placement = { pixelsPerMm, isMirrored, angle, origin: { x: 0, y: 0 } };
  const middle = placePoint(around, field.middle);
  return { ...around, origin: { x: width / 2 - middle.x, y: height / 2 - middle.y } };
}

interface Scene {
  readonly anatomy: Anatomy;
  readonly view: Placement;
  /** Compact bone of the intact twin, millimetres. */
  readonly bone: Plane;
  /** The change by the fracture. */
  readonly change: Plane;
  readonly kind: PhantomKind;
}

/** Attenuation per millimetre of soft tissue and of compact bone, and the window the console would choose. */
const BEAMS = {
  forearm: {
    soft: 0.0165,
    bone: 0.1,
    black: 0.06,
    white: 1.95,
    noise: 0.026,
    muscle: 0.12,
    flattening: [0, 0.25],
  },
  hand: {
    soft: 0.0175,
    bone: 0.1,
    black: 0.03,
    white: 1.25,
    noise: 0.022,
    muscle: 0.12,
    flattening: [0, 0.25],
  },
  hip: {
    soft: 0.0165,
    bone: 0.1,
    black: 1.7,
    white: 4.9,
    noise: 0.03,
    muscle: 0.05,
    flattening: [0.35, 0.6],
  },
} as const;

/** Attenuation of the lead letter. */
const LEAD = 6;

function expose(random: Random, { anatomy, view, bone, change, kind }: Scene): Uint16Array {
  const { width, height } = bone;
  const beam = BEAMS[kind];
  const blur = random.between(0.25, 0.7) * (width / 1000);
  const soft = projectSoftTissue(anatomy.limbs, view, { width, height, blur: 0.7 * view.pixelsPerMm });
  const texture = createValueNoise(Math.floor(random.between(0, 2 ** 20)));
  const wide = 1 / (14 * view.pixelsPerMm);
  const fine = 1 / (3.2 * view.pixelsPerMm);
  for (let index = 0; index < soft.values.length; index += 1) {
    const x = index % width;
    const y = Math.floor(index / width);
    const muscle =
      1 +
      beam.muscle * (texture(x * wide, y * wide * 0.6) - 0.5) +
      0.3 * beam.muscle * texture(x * fine, y * fine * 0.5);
    soft.values[index] =
      beam.soft * (soft.values[index] ?? 0) * muscle + beam.bone * (bone.values[index] ?? 0);
  }
  const collimation = chooseCollimation(random, width, height);
  const marker = placeSideMarker(random, soft, { letter: lateralityOf(view), pixelsPerMm: view.pixelsPerMm });
  addSideMarker(soft, marker, LEAD);
  const exposure: Exposure = {
    black: beam.black * random.between(0.7, 1.3),
    white: beam.white * random.between(0.86, 1.16),
    noise: beam.noise * random.between(0.5, 1.6),
    blur,
  };
  flatten(soft, random.between(beam.flattening[0], beam.flattening[1]));
  addPlane(soft, change, beam.bone);
  const pixels = exposeRadiograph(soft, exposure, random);
  collimate(pixels, bone, collimation);
  return pixels;
}

function clip(box: Box, width: number, height: number): Box {
  const x = Math.max(0, box.x);
  const y = Math.max(0, box.y);
  return {
    x,
    y,
    width: Math.min(width, box.x + box.width) - x,
    height: Math.min(height, box.y + box.height) - y,
  };
}

function lateralityOf(view: Placement): 'L' | 'R' {
  return view.isMirrored ? 'R' : 'L';
}
