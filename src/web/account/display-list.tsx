import { useEffect, useState } from 'preact/hooks';
import type { DisplayFacts } from '../../contract/api/access.ts';
import { requestJson, ServerRefusal } from '../shared/server-request.ts';
import type { TextOf } from './form.tsx';
import { PairForm } from './pair-form.tsx';
import type { AccountWords } from '../i18n/account/en.ts';

/** The paired displays, with a form to add one by the code it shows and a button to disconnect each. */
export function DisplayList({ words }: { readonly words: AccountWords }) {
  const [facts, setFacts] = useState<DisplayFacts | null>(null);
  const [message, setMessage] = useState<TextOf | null>(null);

  const load = (): Promise<void> => requestJson<DisplayFacts>('/api/displays').then(setFacts);
  useEffect(() => void load(), []);

  async function change(send: () => Promise<unknown>, done: TextOf | null): Promise<void> {
    try {
      await send();
      setMessage(() => done);
      await load();
    } catch (error) {
      setMessage(() => refusalText(error));
    }
  }

  const revoke = (id: string): Promise<unknown> =>
    requestJson(`/api/displays/${encodeURIComponent(id)}`, { method: 'DELETE' });

  return (
    <section>
      <h2>{words.displays}</h2>
      {facts?.displays.length === 0 && <p class="none">{words.noDisplays}</p>}
      <ul>
        {facts?.displays.map((display) => (
          <DisplayItem
            key={display.id}
            display={display}
            wardName={nameOf(facts, display.ward)}
            words={words}
            onRevoke={() => void change(() => revoke(display.id), null)}
          />
        ))}
      </ul>
      <PairForm wards={facts?.wards ?? []} words={words} message={message} change={change} />
    </section>
  );
}

interface DisplayItemProps {
  readonly display: DisplayFacts['displays'][number];
  readonly wardName: string;
  readonly words: AccountWords;
  readonly onRevoke: () => void;
}

function DisplayItem({ display, wardName, words, onRevoke }: DisplayItemProps) {
  return (
    <li>
      <span>
        <strong>{display.name}</strong> {wardName}
        <small>
          {display.seenAt === null ? words.notSeen : words.seen(shortTime(display.seenAt))} ·{' '}
          {words.pairedBy(display.pairedBy)}
        </small>
      </span>
      <button type="button" class="other" aria-label={words.revokeOf(display.name)} onClick={onRevoke}>
        {words.revoke}
      </button>
    </li>
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

function refusalText(error: unknown): TextOf {
  if (!(error instanceof ServerRefusal)) return (words) => words.noAnswer;
  return (words) => (error.reason === 'no-such-code' ? words.noSuchCode : words.notAllowed);
}
