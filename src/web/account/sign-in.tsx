import '../shared/tokens.css';
import '../shared/base.css';
import './access.css';
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';
import { Field } from './field.tsx';
import { Frame } from './frame.tsx';
import { useLanguage } from './use-language.ts';
import { useSite } from './use-site.ts';
import { whereTo } from './where-to.ts';
import type { AccountWords } from '../i18n/account/en.ts';

/** Name and password; then on to where somebody wanted to go. */
function SignIn() {
  const site = useSite();
  const [words, switchLanguage] = useLanguage(site?.language ?? null);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<((words: AccountWords) => string) | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function send(): Promise<void> {
    setBusy(true);
    try {
      await requestJson('/api/sign-in', { method: 'POST', body: { name, password } });
      location.replace(whereTo(location.search, location.origin));
    } catch (error) {
      setRefusal(() => reasonOf(error));
      setPassword('');
      setBusy(false);
      document.querySelector<HTMLInputElement>('#password')?.focus();
    }
  }

  return (
    <Frame title={words.signInTitle} site={site} words={words} onLanguage={switchLanguage}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void send();
        }}
      >
        <Field id="name" label={words.name} autocomplete="username" value={name} onValue={setName} />
        <Field
          id="password"
          label={words.password}
          type="password"
          autocomplete="current-password"
          value={password}
          onValue={setPassword}
        />
        <p class="refusal" role="alert">
          {refusal?.(words)}
        </p>
        <button class="next" type="submit" aria-disabled={isBusy}>
          {words.signIn}
        </button>
      </form>
      <p class="aside">{words.askForAccount}</p>
    </Frame>
  );
}

function reasonOf(error: unknown): (words: AccountWords) => string {
  if (!(error instanceof ServerRefusal)) return (words) => words.noAnswer;
  if (error.status !== 429) return (words) => words.wrong;
  const { seconds } = error;
  return (words) => words.wait(Math.max(1, Math.ceil(seconds / 60)));
}

render(<SignIn />, document.querySelector('#page') ?? document.body);
