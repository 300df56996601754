import type { JSX } from 'preact';
import { alertText, certaintyText } from './alert-text.ts';
import { useDisplay } from './display-context.ts';
import { Tick } from './icons.tsx';
import type { SeenAlert } from './screen-of.ts';
import { clockText } from './site-time.ts';

/** An acknowledged alert: one line with who and when, no hue. */
export function SeenRow({ seen }: { readonly seen: SeenAlert }): JSX.Element {
  const { facts, words } = useDisplay();
  const text = alertText(seen.alert, facts.site.timezone, words);
  const isCase = text.code !== null;
  return (
    <p class="seen" data-alert={seen.alert.id}>
      <span class="tick">
        <Tick />
      </span>
      <b>{isCase ? `${text.title} · ${certaintyText(seen.alert, words).toLowerCase()}` : text.title}</b>
      <span>{isCase ? words.caseNumber(seen.alert.caseRef) : text.finding}</span>
      <span class="by">
        {seen.by !== '' && <b>{words.seenBy(seen.by)} · </b>}
        {clockText(seen.at, facts.site.timezone)}
      </span>
    </p>
  );
}
