import type { JSX } from 'preact';
import { alertText, certaintyText } from './alert-text.ts';
import { useDisplay } from '../display-context.ts';
import type { WardWords } from '../../i18n/ward/en.ts';
import { Tick, Withdrawn } from '../layout/icons.tsx';
import type { SeenAlert } from '../state/screen-of.ts';
import { siteClock } from '../../shared/site-time.ts';

/** An acknowledged or withdrawn alert: one line with who, why and when, no hue. */
export function SeenRow({ seen }: { readonly seen: SeenAlert }): JSX.Element {
  const { facts, words } = useDisplay();
  const text = alertText(seen.alert, { facts, words });
  const isCase = text.code !== null;
  return (
    <p class={`seen ${seen.withdrawn === null ? '' : 'withdrawn'}`} data-alert={seen.alert.id}>
      <span class="tick">{seen.withdrawn === null ? <Tick /> : <Withdrawn />}</span>
      <b>
        {text.from !== null && `${text.from} · `}
        {isCase ? `${text.title} · ${certaintyText(seen.alert, words).toLowerCase()}` : text.title}
      </b>
      <span>{isCase ? words.caseNumber(seen.alert.caseRef) : text.finding}</span>
      <span class="by">
        {seen.by !== '' && <b>{byWhom(seen, words)} · </b>}
        {siteClock(seen.at, facts.site.timezone)}
      </span>
    </p>
  );
}

function byWhom({ by, withdrawn }: SeenAlert, words: WardWords): string {
  return withdrawn === null ? words.seenBy(by) : words.withdrawnBy(by, words.withdrawReason[withdrawn]);
}
