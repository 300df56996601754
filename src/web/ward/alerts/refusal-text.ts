import type { WardWords } from '../../i18n/ward/en.ts';
import type { Refusal } from '../state/ward-state.ts';

/** Why a press did not count, in the words of the ward. */
export function refusalText(refusal: Refusal, words: WardWords): string {
  if (refusal === 'not-recorded') return words.notRecorded;
  if (refusal === 'not-allowed') return words.notAllowed;
  return words.rejected[refusal];
}
