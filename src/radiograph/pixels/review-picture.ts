import type { IndexedPicture } from '../../contract/radiograph.ts';
import { isHardlyVisible, measureGreyUse } from './grey-use.ts';

/** A radiograph's shorter side; icons and localisers are smaller. */
export const MIN_SIDE_PIXELS = 96;

/** Other display levels for a picture of which hardly anything can be seen. */
export interface Correction {
  readonly levels: () => Uint16Array;
  readonly warning: string;
  /** Whether it is known why the picture is so; the corrected one is then as good as any. */
  readonly isCauseKnown: boolean;
}

export interface ReviewedPicture {
  readonly picture: IndexedPicture;
  /** A person should look at the original: hardly anything could be seen, and it may not be right now either. */
  readonly isUncertain: boolean;
}

/**
 * Checks that a finished picture uses the display scale, whatever made it dark or clipped, and corrects it if that helps.
 * Calls `warn` for each picture that it does not accept as it is.
 */
export function reviewPicture(
  picture: IndexedPicture,
  correction: Correction | null,
  warn: (warning: string) => void,
): ReviewedPicture {
  const isIcon = Math.min(picture.width, picture.height) < MIN_SIDE_PIXELS;
  if (isIcon || !isHardlyVisible(measureGreyUse(picture))) return { picture, isUncertain: false };
  const corrected = correction && { ...picture, levels: correction.levels() };
  if (correction && corrected && !isHardlyVisible(measureGreyUse(corrected))) {
    warn(correction.warning);
    return { picture: corrected, isUncertain: !correction.isCauseKnown };
  }
  warn('Hardly anything can be seen of the picture: it uses only a small part of the grey scale.');
  return { picture, isUncertain: true };
}
