import type { ErrorCode } from '../errors.ts';
import type { BodyPart, RadiographHeader } from './radiograph.ts';

/** What is to be analysed; null stands for no restriction. */
export interface Scope {
  readonly modalities: readonly string[];
  readonly bodyParts: readonly BodyPart[] | null;
  readonly minAgeYears: number | null;
}

/** The measure of a decoded picture; `min` and `max` are its darkest and brightest display pixel. */
export interface PictureExtent {
  readonly width: number;
  readonly height: number;
  readonly min: number;
  readonly max: number;
}

export interface ScopeRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A radiograph's shorter side; icons and localisers are smaller. */
const MIN_SIDE_PIXELS = 96;

/** Why a radiograph is not analysed, or null. What a file does not state never refuses it. */
export function outOfScope(
  header: RadiographHeader,
  picture: PictureExtent,
  scope: Scope,
): ScopeRefusal | null {
  return headerOutOfScope(header, scope) ?? pictureOutOfScope(picture);
}

/** The part of `outOfScope` that needs no pixels: worth asking before they are decoded. */
export function headerOutOfScope(header: RadiographHeader, scope: Scope): ScopeRefusal | null {
  const { modality, bodyPart, patientAgeYears } = header;
  if (modality !== null && !scope.modalities.includes(modality)) {
    return { code: 'MODALITY_OUT_OF_SCOPE', message: 'The modality is not one that is analysed.' };
  }
  if (bodyPart !== null && scope.bodyParts !== null && !scope.bodyParts.includes(bodyPart)) {
    return {
      code: 'BODY_PART_OUT_OF_SCOPE',
      message: `The body part (${bodyPart}) is not one that is analysed.`,
    };
  }
  if (patientAgeYears !== null && scope.minAgeYears !== null && patientAgeYears < scope.minAgeYears) {
    return { code: 'AGE_OUT_OF_SCOPE', message: `The patient is younger than ${scope.minAgeYears} years.` };
  }
  return null;
}

/** Whether a decoded picture can be a radiograph at all. */
export function pictureOutOfScope(picture: PictureExtent): ScopeRefusal | null {
  const { width, height, min, max } = picture;
  if (Math.min(width, height) < MIN_SIDE_PIXELS) {
    return { code: 'IMAGE_TOO_SMALL', message: `The picture is only ${width} × ${height} pixels.` };
  }
  if (min === max) {
    return { code: 'IMAGE_BLANK', message: 'All pixels of the picture have the same grey level.' };
  }
  return null;
}

/** The darkest and brightest value of a picture. */
export function extremesOf(pixels: Uint8Array | Uint16Array): { min: number; max: number } {
  let min = pixels[0] ?? 0;
  let max = min;
  for (let index = 1; index < pixels.length; index += 1) {
    const value = pixels[index] ?? 0;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return { min, max };
}
