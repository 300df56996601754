import type { WardWords } from '../../i18n/ward/en.ts';

/** Why nothing, or not everything, is analysed: the ward's text for the code if there is one. */
export function stopReason(code: string | null, { stopReasons }: WardWords): string {
  return Object.entries(stopReasons).find(([known]) => known === code)?.[1] ?? '';
}
