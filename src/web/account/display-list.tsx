import { useEffect, useState } from 'preact/hooks';
import type { DisplayFacts } from '../../contract/api/access.ts';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';
import { Field } from './field.tsx';
import type { AccountWords } from '../i18n/account/en.ts';

/** The paired displays, with a way to add one by the code it shows and to end one. */
export function DisplayList({ words }: { readonly words: AccountWords }) {
  const [facts, setFacts] = useState<DisplayFacts | null>(null);
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [ward, setWard] = useState('');
  const [said, say] = useState<((words: AccountWords) => string) | null>(null);

  const load = (): Promise<void> => requestJson<DisplayFacts>('/api/displays').then(setFacts);
  useEffect(() => void load(), []);
  const chosen = ward === '' ? (facts?.wards[0]?.id ?? '') : ward;

  async function run(
    work: () => Promise<unknown>,
    done: ((words: AccountWords) => string) | null,
  ): Promise<void> {
    try {
      await work();
      say(() => done);
      await load();
    } catch (error) {
      say(() => reasonOf(error));
    }
  }

  async function pair(): Promise<void> {
    await requestJson('/api/displays', { method: 'POST', body: { code, name, ward: chosen } });
    setCode('');
    setName('');
  }

  const revoke = (id: string): Promise<unknown> =>
    requestJson(`/api/displays/${encodeURIComponent(id)}`, { method: 'DELETE' });

  return (
    <section>
      <h2>{words.displays}</h2>
      {facts?.displays.length === 0 && <p class="none">{words.noDisplays}</p>}
      <ul>
        {facts?.displays.map((display) => (
          <li key={display.id}>
            <span>
              <strong>{display.name}</strong> {nameOf(facts, display.ward)}
              <small>
                {display.seenAt === null ? words.notSeen : words.seen(shortTime(display.seenAt))} ·{' '}
                {words.pairedBy(display.pairedBy)}
              </small>
            </span>
            <button
              type="button"
              class="other"
              aria-label={words.revokeOf(display.name)}
              onClick={() => void run(() => revoke(display.id), null)}
            >
              {words.revoke}
            </button>
          </li>
        ))}
      </ul>
      <h3>{words.pairDisplay}</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(pair, (now) => now.connected);
        }}
      >
        <Field id="code" label={words.code} autocomplete="off" value={code} onValue={setCode} />
        <div class="field">
          <label for="ward">{words.ward}</label>
          <select id="ward" value={chosen} onChange={(event) => setWard(event.currentTarget.value)}>
            {facts?.wards.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
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
        <p class="refusal" role="alert">
          {said?.(words)}
        </p>
        <button class="next" type="submit">
          {words.connect}
        </button>
      </form>
    </section>
  );
}

function nameOf({ wards }: DisplayFacts, id: string): string {
  return wards.find((ward) => ward.id === id)?.name ?? id;
}

function shortTime(time: string): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function reasonOf(error: unknown): (words: AccountWords) => string {
  if (!(error instanceof ServerRefusal)) return (words) => words.noAnswer;
  return (words) => (error.reason === 'no-such-code' ? words.noSuchCode : words.notAllowed);
}
