import type { JSX } from 'preact';
import type { Alert } from '../../../contract/alert.ts';
import { siteClock } from '../../shared/site-time.ts';
import { agoText } from '../time/age-text.ts';
import { alertText, certaintyText } from '../alerts/alert-text.ts';
import { mayAcknowledge, useDisplay } from '../display-context.ts';
import { BRIGHT_MS, TAKEOVER_MS } from '../time/durations.ts';
import { FitText } from '../layout/fit-text.tsx';
import { countdown } from '../layout/foot.tsx';
import { EscalatedFrom } from '../alerts/escalated-from.tsx';
import { SilenceIcon, Strokes } from '../layout/icons.tsx';
import { useAlertImage } from './use-alert-image.tsx';

/** A new high alert: it fills the screen until it is acknowledged or becomes the first row. */
export function Arrival({ alert, others }: { readonly alert: Alert; readonly others: number }): JSX.Element {
  const { state, now, words } = useDisplay();
  const { isShown, image } = useAlertImage(alert, 'large');
  const isBright = state.takeoverUntil === null || state.takeoverUntil - TAKEOVER_MS + BRIGHT_MS > now;
  return (
    <main
      class={`arrival ${alert.priority} ${isBright ? 'bright' : ''} ${isShown ? 'has-image' : ''}`}
      data-alert={alert.id}
    >
      <div class="flag">
        <Strokes priority={alert.priority} />
        <span>{words.priority[alert.priority]}</span>
      </div>
      <div class="body">
        <WardAndClock />
        <Message alert={alert} />
        <ArrivalButtons alert={alert} />
        <p class="end">
          <OtherAlerts count={others} />
          <span>{words.notForDiagnosis}</span>
        </p>
      </div>
      {image}
    </main>
  );
}

function WardAndClock(): JSX.Element {
  const { facts, now } = useDisplay();
  return (
    <div class="top">
      <p class="ward">
        {facts.ward.name}
        {facts.ward.detail !== '' && <small>{facts.ward.detail}</small>}
      </p>
      <p class="clock">{siteClock(now, facts.site.timezone)}</p>
    </div>
  );
}

function Message({ alert }: { readonly alert: Alert }): JSX.Element {
  const { facts, now, words } = useDisplay();
  const text = alertText(alert, { facts, now, words });
  const { short } = text;
  return (
    <div class="message" role="alert">
      <FitText as="h1" short={short === null ? null : [<EscalatedFrom ward={text.from} />, short.title]}>
        <EscalatedFrom ward={text.from} />
        {text.title}
      </FitText>
      <FitText as="h2" short={text.code === null ? short?.finding : null}>
        {text.code === null ? text.finding : certaintyText(alert, words)}
      </FitText>
      <FitText as="p">
        <b>{agoText(alert.times.received, now, words)}</b>
        {text.facts.map((fact, index) => (
          <span key={fact}> · {index === text.facts.length - 1 ? <b>{fact}</b> : fact}</span>
        ))}
        <span> · {text.facts.length === 0 ? text.views : text.views.toLowerCase()}</span>
        {alert.isPictureUncertain === true && <b> · {words.pictureUncertain}</b>}
      </FitText>
    </div>
  );
}

function ArrivalButtons({ alert }: { readonly alert: Alert }): JSX.Element {
  const { me, words, actions } = useDisplay();
  return (
    <div class="do">
      {mayAcknowledge(me) && (
        <button type="button" class="ack" onClick={() => actions.askForName(alert.id)}>
          {words.acknowledge}
        </button>
      )}
      <PauseSoundButton />
    </div>
  );
}

function OtherAlerts({ count }: { readonly count: number }): JSX.Element {
  const { words } = useDisplay();
  if (count === 0) return <span />;
  const [text, number] = words.otherAlerts(count);
  return (
    <span>
      {text} <b>{number}</b>
    </span>
  );
}

function PauseSoundButton(): JSX.Element {
  const { state, now, words, isSoundBlocked, actions } = useDisplay();
  const pausedUntil = state.soundPausedUntil;
  const [first, second] = words.pauseSound;
  if (isSoundBlocked) {
    return (
      <button type="button" class="pause-sound">
        <SilenceIcon />
        <span>{words.allowSound}</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      class="pause-sound"
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
