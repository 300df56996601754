import '../shared/tokens.css';
import '../shared/base.css';
import './access.css';
import './account.css';
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../../contract/api/access.ts';
import { requestJson, fetchMe } from '../shared/server-request.ts';
import { DisplayList } from './display-list.tsx';
import { Frame } from './frame.tsx';
import { PasswordForm } from './password-form.tsx';
import { useLanguage } from './use-language.ts';
import { useSite } from './use-site.ts';
import { whereTo } from './where-to.ts';

/** The signed-in user, the password, and for roles that may manage them the paired displays. */
function Account() {
  const site = useSite();
  const [words, switchLanguage] = useLanguage(site?.language ?? null);
  const [me, setMe] = useState<Me | null>(null);
  useEffect(() => {
    fetchMe().then(setMe, () => undefined);
  }, []);

  async function signOut(): Promise<void> {
    await requestJson('/api/sign-out', { method: 'POST' });
    location.assign('/sign-in');
  }

  const mayPair = me?.role === 'radiographer' || me?.role === 'admin';
  return (
    <Frame title={words.account} site={site} words={words} onLanguage={switchLanguage}>
      {me?.kind === 'person' && (
        <section class="me">
          <p>
            <strong>{me.name}</strong> {me.role !== null && words.role[me.role]}
          </p>
          <button type="button" class="other" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        </section>
      )}
      {mayPair && <DisplayList words={words} />}
      {me?.kind === 'person' && <PasswordForm words={words} name={me.name} />}
      <p class="aside">
        <a href={whereTo(location.search, location.origin)}>{words.back}</a>
      </p>
    </Frame>
  );
}

render(<Account />, document.querySelector('#page') ?? document.body);
