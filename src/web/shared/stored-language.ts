import type { Language } from '../i18n/words-for.ts';

/** The same key on every page, so that a browser has one language. Version 0.1.0 stored it under this name. */
const KEY = 'bonewatch.language';

/** The language that was chosen in this browser; null if none was. */
export function readLanguage(): Language | null {
  const stored = localStorage.getItem(KEY);
  return stored === 'ko' || stored === 'en' ? stored : null;
}

/** Stores the choice for every page of this browser. */
export function storeLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
}
