import type { JSX } from 'preact';
import type { Me } from '../../../contract/api/access.ts';
import { requestJson } from '../server-request.ts';
import { LanguageButton } from '../language-button.tsx';
import type { ConsoleWords } from '../../i18n/console/en.ts';

interface PageMenuProps {
  readonly page: 'quality' | 'system';
  readonly me: Me;
  readonly words: ConsoleWords;
  readonly switchLanguage: () => void;
}

/** Links between the pages, at the left of the pages without a picture. */
export function PageMenu({ page, me, words, switchLanguage }: PageMenuProps): JSX.Element {
  const links = [
    ['images', '/console'],
    ['quality', '/console/quality'],
    ['system', '/console/system'],
  ] as const;
  return (
    <div class="menu">
      <p class="brand">Bonewatch</p>
      <nav>
        {links.map(([name, href], index) => (
          <a key={name} href={href} aria-current={name === page ? 'page' : undefined}>
            {words.pages[name]}
            <kbd>{index + 1}</kbd>
          </a>
        ))}
      </nav>
      <div class="foot">
        <LanguageButton words={words} onSwitch={switchLanguage} />
        {me.kind === 'person' && (
          <>
            <a class="me" href={`/account?to=/console/${page}`} title={words.account}>
              {me.name}
              {me.role !== null && ` · ${words.role[me.role]}`}
            </a>
            <button type="button" onClick={() => void signOut()}>
              {words.signOut}
            </button>
          </>
        )}
        <p>{words.notForDiagnosis}</p>
      </div>
    </div>
  );
}

async function signOut(): Promise<void> {
  await requestJson('/api/sign-out', { method: 'POST', body: {} }).catch(() => undefined);
  location.assign('/sign-in');
}
