import { otherLanguage } from '../i18n/words-for.ts';
import type { Language } from '../i18n/words-for.ts';
import { readLanguage, storeLanguage } from '../shared/stored-language.ts';
import type { BootFactsFollower } from './connection/follow-boot-facts.ts';

/** The language of the display: the one chosen on it, else that of the site. */
export interface LanguageChoice {
  readonly language: () => Language;
  readonly switchLanguage: () => void;
}

export function createLanguageChoice({
  follower,
  onChange,
}: {
  readonly follower: BootFactsFollower;
  readonly onChange: () => void;
}): LanguageChoice {
  let chosen = readLanguage();
  const language = (): Language => chosen ?? follower.bootFacts().facts.language;
  return {
    language,
    switchLanguage() {
      chosen = otherLanguage(language());
      storeLanguage(chosen);
      onChange();
    },
  };
}
