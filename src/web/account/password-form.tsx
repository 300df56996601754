import { useState } from 'preact/hooks';
import { requestJson } from '../shared/server-request.ts';
import { Field } from './field.tsx';
import { credentialsRefusal, Form } from './form.tsx';
import type { TextOf } from './form.tsx';
import type { AccountWords } from '../i18n/account/en.ts';

/** Changes the user's own password, which signs out everywhere. */
export function PasswordForm({ words, name }: { readonly words: AccountWords; readonly name: string }) {
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [refusal, setRefusal] = useState<TextOf | null>(null);

  async function send(): Promise<void> {
    try {
      await requestJson('/api/password', { method: 'POST', body: { password, newPassword } });
      location.assign('/sign-in?to=/account');
    } catch (error) {
      setRefusal(() => credentialsRefusal(error));
      setPassword('');
    }
  }

  const button = { text: words.changePassword, className: 'other' };
  return (
    <section>
      <h2>{words.changePassword}</h2>
      <Form words={words} message={refusal} button={button} onSubmit={() => void send()}>
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
      </Form>
    </section>
  );
}
