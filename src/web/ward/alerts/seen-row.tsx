import type { JSX } from 'preact';
import { alertText, certaintyText } from './alert-text.ts';
import { useDisplay } from '../display-context.ts';
import type { WardWords } from '../../i18n/ward/en.ts';
import { Tick, Withdrawn } from '../layout/icons.tsx';
import type { SeenAlert } from '../state/screen-of.ts';
import { siteMoment } from '../../shared/site-time.ts';

/** An acknowledged or withdrawn alert: one line with who, why and when, no hue. */
export function SeenRow({ seen }: { readonly seen: SeenAlert }): JSX.Element {
  const { facts, now, words } = useDisplay();
  const text = alertText(seen.alert, { facts, now, words });
  const { title, finding } = text.short ?? text;
  const isCase = text.code !== null;
  return (
    <p class={`seen ${seen.withdrawn === null ? '' : 'withdrawn'}`} data-alert={seen.alert.id}>
      <span class="tick">{seen.withdrawn === null ? <Tick /> : <Withdrawn />}</span>
      <b>
        {text.from !== null && `${text.from} · `}
        {isCase ? `${title} · ${certaintyText(seen.alert, words).toLowerCase()}` : title}
      </b>
      <span>{isCase ? words.caseNumber(seen.alert.caseRef) : finding}</span>
      <span class="by">
        {seen.by !== '' && <b>{byWhom(seen, words)} · </b>}
        {siteMoment(seen.at, { now, timezone: facts.site.timezone })}
      </span>
    </p>
  );
}

function byWhom({ by, withdrawn }: SeenAlert, words: WardWords): string {
  return withdrawn === null ? words.seenBy(by) : words.withdrawnBy(by, words.withdrawReason[withdrawn]);
}
