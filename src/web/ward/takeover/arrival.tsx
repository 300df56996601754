import type { JSX } from 'preact';
import type { Alert } from '../../../contract/alert.ts';
import { agoText } from '../time/age-text.ts';
import { alertText, certaintyText } from '../alerts/alert-text.ts';
import { mayAnswer, useDisplay } from '../display-context.ts';
import { BRIGHT_MS, TAKEOVER_MS } from '../time/durations.ts';
import { FitText } from '../layout/fit-text.tsx';
import { countdown } from '../layout/foot.tsx';
import { EscalatedFrom } from '../alerts/escalated-from.tsx';
import { SilenceIcon, Strokes } from '../layout/icons.tsx';
import { siteClock } from '../../shared/site-time.ts';
import { useAlertImage } from './use-alert-image.tsx';

/** A high alert has just come: it has the whole screen until somebody answers or it becomes the first row. */
export function Arrival({ alert, others }: { readonly alert: Alert; readonly others: number }): JSX.Element {
  const { facts, me, state, now, words, actions } = useDisplay();
  const text = alertText(alert, { facts, words });
  const { isShown, film } = useAlertImage(alert, 'large');
  const isBright = state.takeoverUntil === null || state.takeoverUntil - TAKEOVER_MS + BRIGHT_MS > now;
  const [othersText, othersCount] = words.otherAlerts(others);
  return (
    <main
      class={`arrival ${alert.priority} ${isBright ? 'bright' : ''} ${isShown ? 'filmed' : ''}`}
      data-alert={alert.id}
    >
      <div class="flag">
        <Strokes priority={alert.priority} />
        <span>{words.priority[alert.priority]}</span>
      </div>
      <div class="body">
        <div class="top">
          <p class="ward">
            {facts.ward.name}
            {facts.ward.detail !== '' && <small>{facts.ward.detail}</small>}
          </p>
          <p class="clock">{siteClock(now, facts.site.timezone)}</p>
        </div>
        <div class="message" role="alert">
          <FitText as="h1">
            <EscalatedFrom ward={text.from} />
            {text.title}
          </FitText>
          <FitText as="h2">{text.code === null ? text.finding : certaintyText(alert, words)}</FitText>
          <FitText as="p">
            <b>{agoText(now - Date.parse(alert.times.received), words)}</b>
            {text.facts.map((fact, index) => (
              <span key={fact}> · {index === text.facts.length - 1 ? <b>{fact}</b> : fact}</span>
            ))}
            <span> · {text.facts.length === 0 ? text.views : text.views.toLowerCase()}</span>
          </FitText>
        </div>
        <div class="do">
          {mayAnswer(me) && (
            <button type="button" class="ack" onClick={() => actions.touch(alert.id)}>
              {words.acknowledge}
            </button>
          )}
          <HushButton />
        </div>
        <p class="end">
          <span>
            {others > 0 && (
              <>
                {othersText} <b>{othersCount}</b>
              </>
            )}
          </span>
          <span>{words.notForDiagnosis}</span>
        </p>
      </div>
      {film}
    </main>
  );
}

function HushButton(): JSX.Element {
  const { state, now, words, isSoundBlocked, actions } = useDisplay();
  const pausedUntil = state.soundPausedUntil;
  const [first, second] = words.pauseSound;
  if (isSoundBlocked) {
    return (
      <button type="button" class="hush">
        <SilenceIcon />
        <span>{words.allowSound}</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      class="hush"
      onClick={pausedUntil === null ? actions.pauseSound : actions.resumeSound}
    >
      <SilenceIcon />
      <span>
        {first} <br />
        {pausedUntil === null ? second : countdown(pausedUntil - now)}
      </span>
    </button>
  );
}
