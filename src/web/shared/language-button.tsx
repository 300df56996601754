import type { JSX } from 'preact';
import type { SharedWords } from '../i18n/shared/en.ts';
import { otherLanguage } from '../i18n/words-for.ts';

interface LanguageButtonProps {
  readonly words: Pick<SharedWords, 'language' | 'otherLanguage'>;
  readonly className?: string;
  readonly onSwitch: () => void;
}

/** Switches to the other language, which the button names in that language. */
export function LanguageButton({ words, className, onSwitch }: LanguageButtonProps): JSX.Element {
  return (
    <button type="button" class={className} lang={otherLanguage(words.language)} onClick={onSwitch}>
      {words.otherLanguage}
    </button>
  );
}
