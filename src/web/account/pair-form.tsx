import { useState } from 'preact/hooks';
import type { DisplayFacts } from '../../contract/api/access.ts';
import { requestJson } from '../shared/server-request.ts';
import { Field } from './field.tsx';
import { Form } from './form.tsx';
import type { TextOf } from './form.tsx';
import type { AccountWords } from '../i18n/account/en.ts';

interface PairFormProps {
  readonly wards: DisplayFacts['wards'];
  readonly words: AccountWords;
  readonly message: TextOf | null;
  /** Sends a change of the displays and shows its result. */
  readonly change: (send: () => Promise<unknown>, done: TextOf) => Promise<void>;
}

/** Adds a display by the code it shows. */
export function PairForm({ wards, words, message, change }: PairFormProps) {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState('');
  const ward = chosen === '' ? (wards[0]?.id ?? '') : chosen;

  async function pair(): Promise<void> {
    await requestJson('/api/displays', { method: 'POST', body: { code, name, ward } });
    setCode('');
    setName('');
  }

  const button = { text: words.connect, className: 'next' };
  const onSubmit = (): void => void change(pair, (now) => now.connected);
  return (
    <>
      <h3>{words.pairDisplay}</h3>
      <Form words={words} message={message} button={button} onSubmit={onSubmit}>
        <Field id="code" label={words.code} autocomplete="off" value={code} onValue={setCode} />
        <div class="field">
          <label for="ward">{words.ward}</label>
          <select id="ward" value={ward} onChange={(event) => setChosen(event.currentTarget.value)}>
            {wards.map(({ id, name: wardName }) => (
              <option key={id} value={id}>
                {wardName}
              </option>
            ))}
          </select>
        </div>
        <Field
          id="display-name"
          label={words.displayName}
          autocomplete="off"
          hint={words.displayNameExample}
          value={name}
          onValue={setName}
        />
      </Form>
    </>
  );
}
