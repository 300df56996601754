import '../shared/tokens.css';
import '../shared/base.css';
import './access.css';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { requestJson } from '../shared/server-request.ts';
import { Field } from './field.tsx';
import { credentialsRefusal, Form } from './form.tsx';
import type { TextOf } from './form.tsx';
import { Frame } from './frame.tsx';
import { useLanguage } from './use-language.ts';
import { useSite } from './use-site.ts';
import { whereTo } from './where-to.ts';
import type { AccountWords } from '../i18n/account/en.ts';

/** The sign-in page; afterwards the browser goes to the page that was requested. */
function SignIn() {
  const site = useSite();
  const [words, switchLanguage] = useLanguage(site?.language ?? null);
  return (
    <Frame title={words.signInTitle} site={site} words={words} onLanguage={switchLanguage}>
      <SignInForm words={words} />
      <p class="aside">{words.askForAccount}</p>
    </Frame>
  );
}

function SignInForm({ words }: { readonly words: AccountWords }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<TextOf | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function send(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    try {
      await requestJson('/api/sign-in', { method: 'POST', body: { name, password } });
      location.replace(whereTo(location.search, location.origin));
    } catch (error) {
      setRefusal(() => credentialsRefusal(error));
      setPassword('');
      setBusy(false);
      document.querySelector<HTMLInputElement>('#password')?.focus();
    }
  }

  const button = { text: words.signIn, className: 'next', isBusy };
  return (
    <Form words={words} message={refusal} button={button} onSubmit={() => void send()}>
      <Field id="name" label={words.name} autocomplete="username" value={name} onValue={setName} />
      <Field
        id="password"
        label={words.password}
        type="password"
        autocomplete="current-password"
        value={password}
        onValue={setPassword}
      />
    </Form>
  );
}

render(<SignIn />, document.querySelector('#page') ?? document.body);
