import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SiteFacts } from '../../contract/api/access.ts';
import { LanguageButton } from '../shared/language-button.tsx';
import type { AccountWords } from '../i18n/account/en.ts';

interface FrameProps {
  readonly title: string;
  readonly site: SiteFacts | null;
  readonly words: AccountWords;
  readonly onLanguage: () => void;
  readonly children: ComponentChildren;
}

/** The frame of each of these pages: the hospital's name, and at the foot "not for diagnosis". */
export function Frame({ title, site, words, onLanguage, children }: FrameProps) {
  useEffect(() => {
    document.title = `${title} — Bonewatch`;
  }, [title]);
  return (
    <div class="page">
      <p class="site">{site?.name ?? 'Bonewatch'}</p>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
      <footer>
        <span>{words.notForDiagnosis}</span>
        <LanguageButton words={words} className="quiet" onSwitch={onLanguage} />
      </footer>
    </div>
  );
}
