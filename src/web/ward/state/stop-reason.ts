import type { Words } from '../../i18n/ward/words.ts';

/** Why nothing, or not everything, is analysed: in the words of the ward where they know the code. */
export function stopReason(code: string | null, { stopReasons }: Words): string {
  return Object.entries(stopReasons).find(([known]) => known === code)?.[1] ?? '';
}
