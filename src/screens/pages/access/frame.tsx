import type { ComponentChildren } from 'preact';
import type { SiteFacts } from '../../access/site-facts.ts';
import type { AccessWords } from './words.ts';

interface FrameProps {
  readonly site: SiteFacts | null;
  readonly words: AccessWords;
  readonly onLanguage: () => void;
  readonly children: ComponentChildren;
}

/** What stands around each of these pages: the hospital, and at the foot what Bonewatch is not. */
export function Frame({ site, words, onLanguage, children }: FrameProps) {
  return (
    <div class="page">
      <p class="site">{site?.name ?? 'Bonewatch'}</p>
      <main>{children}</main>
      <footer>
        <span>{words.notForDiagnosis}</span>
        <button type="button" class="quiet" lang={words.language === 'ko' ? 'en' : 'ko'} onClick={onLanguage}>
          {words.otherLanguage}
        </button>
      </footer>
    </div>
  );
}
