import type { WardWords } from '../../i18n/ward/en.ts';

/** Why nothing, or not everything, is analysed: in the words of the ward where they know the code. */
export function stopReason(code: string | null, { stopReasons }: WardWords): string {
  return Object.entries(stopReasons).find(([known]) => known === code)?.[1] ?? '';
}
