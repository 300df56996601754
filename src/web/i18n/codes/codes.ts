import type { AlarmCode, ImageErrorCode } from '../../../contract/error-table.ts';

/** The reason why an image was not analysed, or a problem of the device: short for a row, long with what to do. */
export interface ReasonWords {
  readonly short: string;
  readonly long: string;
}

/** The sentences for every code that a page may show. */
export interface CodeWords {
  readonly alarms: Readonly<Record<AlarmCode, ReasonWords>>;
  readonly image: Readonly<Record<ImageErrorCode, ReasonWords>>;
  /** For a code of a later version. */
  readonly otherReason: ReasonWords;
}

/** The sentences for why an image has no result. A code without sentences is shown unchanged. */
export function reasonWords(
  code: string | null,
  words: Pick<CodeWords, 'image' | 'otherReason'>,
): ReasonWords {
  const known: Readonly<Record<string, ReasonWords>> = words.image;
  return (
    (code === null ? undefined : known[code]) ?? {
      ...words.otherReason,
      short: code ?? words.otherReason.short,
    }
  );
}

/** The sentences for an alarm about the device. */
export function alarmWords(code: string, words: Pick<CodeWords, 'alarms'>): ReasonWords {
  const known: Readonly<Record<string, ReasonWords>> = words.alarms;
  return known[code] ?? { short: code, long: '' };
}
