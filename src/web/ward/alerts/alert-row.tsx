import type { JSX } from 'preact';
import type { Alert } from '../../../contract/alert.ts';
import { alertAge } from '../time/age-text.ts';
import { alertText, notifiedWards } from './alert-text.ts';
import type { AlertText } from './alert-text.ts';
import { mayAcknowledge, useDisplay } from '../display-context.ts';
import { FitText } from '../layout/fit-text.tsx';
import { EscalatedFrom } from './escalated-from.tsx';
import { Strokes } from '../layout/icons.tsx';
import { rowSize } from './row-layout.ts';
import { useAlertImage } from '../takeover/use-alert-image.tsx';

interface AlertRowProps {
  readonly alert: Alert;
  readonly isFirst: boolean;
}

/** One open alert: flag, place and finding, age and views, acknowledge. Only the first one's button is solid. */
export function AlertRow({ alert, isFirst }: AlertRowProps): JSX.Element {
  const { facts, now, words } = useDisplay();
  const text = alertText(alert, { facts, now, words });
  const { isShown, image } = useAlertImage(alert, 'row');
  const marks = [isFirst && 'first', alert.state === 'escalated' && 'escalated', isShown && 'has-image'];
  return (
    <article
      class={['row', `size-${rowSize(alert)}`, alert.priority, ...marks.filter(Boolean)].join(' ')}
      data-alert={alert.id}
    >
      <div class="flag">
        <Strokes priority={alert.priority} />
        <span>{words.priority[alert.priority]}</span>
      </div>
      {image}
      <AlertTitle alert={alert} text={text} />
      <AlertAge alert={alert} text={text} />
      <AcknowledgeButton alert={alert} text={text} />
    </article>
  );
}

interface PartProps {
  readonly alert: Alert;
  readonly text: AlertText;
}

/** Place and finding; if an acknowledgement was not recorded, the reason replaces the finding. */
function AlertTitle({ alert, text }: PartProps): JSX.Element {
  const { state, words } = useDisplay();
  const refusal = state.refusals.get(alert.id);
  return (
    <div class="what">
      <FitText as="h2" short={text.short === null ? null : <RowTitle text={text} title={text.short.title} />}>
        <RowTitle text={text} title={text.title} />
      </FitText>
      <FitText as="h3" short={refusal === undefined ? text.short?.finding : null}>
        {refusal === undefined ? text.finding : words.refusals[refusal]}
      </FitText>
    </div>
  );
}

function RowTitle({ text, title }: { readonly text: AlertText; readonly title: string }): JSX.Element {
  return (
    <>
      <EscalatedFrom ward={text.from} />
      {title}
      {text.code !== null && <small>{text.code}</small>}
    </>
  );
}

function AlertAge({ alert, text }: PartProps): JSX.Element {
  const { facts, now, words } = useDisplay();
  const age = alertAge(alert.times.received, now, words);
  const notified = notifiedWards(alert, facts);
  return (
    <p class="when">
      <span class={age.isLate ? 'late' : ''}>{age.text}</span>
      <small>{text.views}</small>
      {alert.isPictureUncertain === true && <small class="uncertain-picture">{words.pictureUncertain}</small>}
      {notified.length > 0 && <small class="notified-wards">{words.alsoNotified(notified.join(', '))}</small>}
    </p>
  );
}

/** For a viewer there is no button, and its place stays empty. */
function AcknowledgeButton({ alert, text }: PartProps): JSX.Element {
  const { me, words, actions } = useDisplay();
  if (!mayAcknowledge(me)) return <i />;
  return (
    <button
      type="button"
      class="ack"
      aria-label={`${words.acknowledge}: ${text.brief}`}
      onClick={() => actions.askForName(alert.id)}
    >
      {words.acknowledge}
    </button>
  );
}
