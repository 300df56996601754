import { useEffect, useState } from 'preact/hooks';
import { en } from '../i18n/account/en.ts';
import { ko } from '../i18n/account/ko.ts';
import type { AccessWords } from '../i18n/account/words.ts';

/** The key that the ward display keeps its language under, so that a browser has one language. */
const KEY = 'bonewatch.language';

/** The words of this browser's language, or else of the site's, and the switch to the other one. */
export function useLanguage(ofSite: 'ko' | 'en' | null): readonly [AccessWords, () => void] {
  const [chosen, choose] = useState(() => localStorage.getItem(KEY));
  const language = chosen === 'ko' || chosen === 'en' ? chosen : (ofSite ?? 'ko');
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const toggle = (): void => {
    const other = language === 'ko' ? 'en' : 'ko';
    localStorage.setItem(KEY, other);
    choose(other);
  };
  return [language === 'ko' ? ko : en, toggle];
}
