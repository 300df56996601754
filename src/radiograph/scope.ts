import type { ErrorCode } from '../contract/errors.ts';
import { measureGrey } from './pixels/measure-grey.ts';
import { MIN_SIDE_PIXELS } from './pixels/review-picture.ts';
import type { BodyPart, IndexedPicture, RadiographHeader } from '../contract/radiograph.ts';

/** Which images are analysed; null: no restriction. */
export interface Scope {
  readonly modalities: readonly string[];
  readonly bodyParts: readonly BodyPart[] | null;
  readonly minAgeYears: number | null;
  readonly rawImages: 'analyse' | 'skip';
  /** Share of pixels at one end of the grey scale from which a picture is saturated. */
  readonly saturatedShare: number;
}

export interface ScopeRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Why a file is out of scope by its header, or null. A missing attribute never excludes a file. Call it
 * before pixels are decoded.
 */
export function headerOutOfScope(header: RadiographHeader, scope: Scope): ScopeRefusal | null {
  const { modality, bodyPart, patientAgeYears } = header;
  if (modality !== null && !scope.modalities.includes(modality)) {
    return { code: 'MODALITY_OUT_OF_SCOPE', message: 'The modality is not one that is analysed.' };
  }
  const refusedKind = kindOutOfScope(header, scope);
  if (refusedKind !== null) return refusedKind;
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

function kindOutOfScope({ kind }: RadiographHeader, { rawImages }: Scope): ScopeRefusal | null {
  if (kind === 'other-modality') {
    return { code: 'NOT_A_RADIOGRAPH', message: 'The image is of a class that holds no radiographs.' };
  }
  if (kind === 'screen-or-document') {
    return { code: 'NOT_A_RADIOGRAPH', message: 'The image is the picture of a screen or a document.' };
  }
  if (kind === 'unprocessed-radiograph' && rawImages === 'skip') {
    return { code: 'IMAGE_FOR_PROCESSING', message: 'The image is meant for processing, not for display.' };
  }
  return null;
}

/** Why a decoded picture cannot be a radiograph, or null. */
export function pictureOutOfScope(
  picture: IndexedPicture,
  { saturatedShare }: Pick<Scope, 'saturatedShare'>,
): ScopeRefusal | null {
  const { width, height } = picture;
  if (Math.min(width, height) < MIN_SIDE_PIXELS) {
    return { code: 'IMAGE_TOO_SMALL', message: `The picture is only ${width} × ${height} pixels.` };
  }
  const { isBlank, isInvisible, blackShare, whiteShare } = measureGrey(picture);
  if (isBlank) return { code: 'IMAGE_BLANK', message: 'All pixels of the picture have the same grey level.' };
  const share = Math.max(blackShare, whiteShare);
  if (share < saturatedShare) {
    return isInvisible
      ? { code: 'IMAGE_BLANK', message: 'Nearly all pixels of the picture have nearly the same grey level.' }
      : null;
  }
  const end = blackShare > whiteShare ? 'black' : 'white';
  const percent = Math.floor(share * 1000) / 10;
  return { code: 'IMAGE_SATURATED', message: `${percent} % of the picture's pixels are entirely ${end}.` };
}
