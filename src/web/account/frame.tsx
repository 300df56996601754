import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { SiteFacts } from '../../screens/access/site-facts.ts';
import type { AccessWords } from '../i18n/account/words.ts';

interface FrameProps {
  readonly title: string;
  readonly site: SiteFacts | null;
  readonly words: AccessWords;
  readonly onLanguage: () => void;
  readonly children: ComponentChildren;
}

/** What stands around each of these pages: the hospital, and at the foot what Bonewatch is not. */
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
        <button type="button" class="quiet" lang={words.language === 'ko' ? 'en' : 'ko'} onClick={onLanguage}>
          {words.otherLanguage}
        </button>
      </footer>
    </div>
  );
}
