import { useState } from 'preact/hooks';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';
import { Field } from './field.tsx';
import type { AccountWords } from '../i18n/account/en.ts';

/** One's own password; the change signs out everywhere. */
export function PasswordForm({ words, name }: { readonly words: AccountWords; readonly name: string }) {
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [refusal, setRefusal] = useState<((words: AccountWords) => string) | null>(null);

  async function send(): Promise<void> {
    try {
      await requestJson('/api/password', { method: 'POST', body: { password, newPassword } });
      location.assign('/sign-in?to=/account');
    } catch (error) {
      setRefusal(() => reasonOf(error));
      setPassword('');
    }
  }

  return (
    <section>
      <h2>{words.changePassword}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <input type="hidden" autocomplete="username" value={name} />
        <Field
          id="password"
          label={words.password}
          type="password"
          autocomplete="current-password"
          value={password}
          onValue={setPassword}
        />
        <Field
          id="new-password"
          label={words.newPassword}
          type="password"
          autocomplete="new-password"
          hint={words.passwordRule}
          value={newPassword}
          onValue={setNewPassword}
        />
        <p class="refusal" role="alert">
          {refusal?.(words)}
        </p>
        <button class="other" type="submit">
          {words.changePassword}
        </button>
      </form>
    </section>
  );
}

function reasonOf(error: unknown): (words: AccountWords) => string {
  if (!(error instanceof ServerRefusal)) return (words) => words.noAnswer;
  if (error.reason === 'weak-password') return (words) => words.passwordWeak;
  const { seconds } = error;
  if (error.status === 429) return (words) => words.wait(Math.max(1, Math.ceil(seconds / 60)));
  return (words) => words.wrong;
}
