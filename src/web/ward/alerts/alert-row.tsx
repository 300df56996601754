import type { JSX } from 'preact';
import type { Alert } from '../../../contract/alert.ts';
import { alertAge } from '../time/age-text.ts';
import { alertText, toldWards } from './alert-text.ts';
import { mayAnswer, useDisplay } from '../display-context.ts';
import { refusalText } from './refusal-text.ts';
import { FitText } from '../layout/fit-text.tsx';
import { EscalatedFrom } from './escalated-from.tsx';
import { Strokes } from '../layout/icons.tsx';
import { rowSize } from './row-layout.ts';
import { useAlertImage } from '../takeover/use-alert-image.tsx';

/** One open alert: flag, place and finding, age and views, acknowledge. Only the first one's button is solid. */
export function AlertRow({
  alert,
  isFirst,
}: {
  readonly alert: Alert;
  readonly isFirst: boolean;
}): JSX.Element {
  const { facts, me, state, now, words, actions } = useDisplay();
  const text = alertText(alert, { facts, words });
  const told = toldWards(alert, facts);
  const age = alertAge(alert.times.received, now, words);
  const refusal = state.refusals.get(alert.id);
  const { isShown, film } = useAlertImage(alert, 'row');
  const marks = [isFirst && 'first', alert.state === 'escalated' && 'escalated', isShown && 'filmed'];
  return (
    <article
      class={['row', `size-${rowSize(alert)}`, alert.priority, ...marks.filter(Boolean)].join(' ')}
      data-alert={alert.id}
    >
      <div class="flag">
        <Strokes priority={alert.priority} />
        <span>{words.priority[alert.priority]}</span>
      </div>
      {film}
      <div class="what">
        <FitText as="h2">
          <EscalatedFrom ward={text.from} />
          {text.title}
          {text.code !== null && <small>{text.code}</small>}
        </FitText>
        <FitText as="h3">{refusal === undefined ? text.finding : refusalText(refusal, words)}</FitText>
      </div>
      <p class="when">
        <span class={age.isLate ? 'late' : ''}>{age.text}</span>
        <small>{text.views}</small>
        {told.length > 0 && <small class="told-wards">{words.alsoNotified(told.join(', '))}</small>}
      </p>
      {mayAnswer(me) ? (
        <button
          type="button"
          class="ack"
          aria-label={`${words.acknowledge}: ${text.brief}`}
          onClick={() => actions.touch(alert.id)}
        >
          {words.acknowledge}
        </button>
      ) : (
        <i />
      )}
    </article>
  );
}
