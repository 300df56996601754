import type { JSX } from 'preact';
import { useConsole } from './console-context.ts';
import type { KeyName } from '../i18n/console/words.ts';

const KEYS: readonly (readonly [KeyName, string])[] = [
  ['next', 'J K ↓ ↑'],
  ['withoutVerdict', 'N'],
  ['search', '/'],
  ['agree', 'A'],
  ['disagree', 'D'],
  ['missed', 'M'],
  ['number', '1–9'],
  ['confirm', '↵ Esc'],
  ['undo', 'Z'],
  ['findings', 'F'],
  ['side', '⇧O'],
  ['invert', 'I'],
  ['window', 'W +'],
  ['reset', '0'],
  ['zoom', '+ −'],
  ['pan', 'Space +'],
  ['rerun', 'R'],
  ['try', 'T'],
  ['go', 'G 1 2 3'],
  ['help', '?'],
];

/** Lists every key next to the picture; single letters can be switched off here. */
export function AllKeys(): JSX.Element {
  const { words, act, state } = useConsole();
  return (
    <>
      <h1>{words.allKeys}</h1>
      <dl class="keys">
        {KEYS.map(([name, key]) => (
          <div key={name}>
            <dt>{words.keys[name]}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <label class="tick">
        <input
          type="checkbox"
          checked={state.hasSingleKeys}
          onChange={(event) => act.useSingleKeys(event.currentTarget.checked)}
        />
        {words.singleKeys}
      </label>
      <button type="button" class="btn wide" onClick={() => act.leave()}>
        {words.close}
        <kbd>Esc</kbd>
      </button>
    </>
  );
}
