import { useLayoutEffect, useState } from 'preact/hooks';
import { readLanguage, storeLanguage } from '../shared/stored-language.ts';
import { accountWords } from '../i18n/account/words.ts';
import { otherLanguage, wordsFor } from '../i18n/words-for.ts';
import type { Language } from '../i18n/words-for.ts';
import type { AccountWords } from '../i18n/account/en.ts';

/** The texts in the language chosen in this browser, or else of the site, and the switch to the other one. */
export function useLanguage(ofSite: Language | null): readonly [AccountWords, () => void] {
  const [chosen, choose] = useState(readLanguage);
  const language = chosen ?? ofSite ?? 'ko';
  useLayoutEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const toggle = (): void => {
    const other = otherLanguage(language);
    storeLanguage(other);
    choose(other);
  };
  return [wordsFor(accountWords, language), toggle];
}
