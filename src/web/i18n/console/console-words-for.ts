import type { ConsoleWords, ReasonWords } from './console-words.ts';
import { en } from './words-en.ts';
import { ko } from './words-ko.ts';

/** The words of the console in a language. */
export function consoleWordsFor(language: 'ko' | 'en'): ConsoleWords {
  return language === 'ko' ? ko : en;
}

/** Why an image has no answer, in words; a code that has none is at least not hidden. */
export function reasonWords(code: string | null, words: ConsoleWords): ReasonWords {
  const known: Readonly<Record<string, ReasonWords>> = words.image;
  return (
    (code === null ? undefined : known[code]) ?? {
      ...words.otherReason,
      short: code ?? words.otherReason.short,
    }
  );
}

/** An alarm about the device, in words. */
export function alarmWords(code: string, words: ConsoleWords): ReasonWords {
  const known: Readonly<Record<string, ReasonWords>> = words.alarms;
  return known[code] ?? { short: code, long: '' };
}
