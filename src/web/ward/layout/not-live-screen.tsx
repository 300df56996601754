import type { JSX } from 'preact';
import type { Alert } from '../../../contract/alert.ts';
import { siteMoment } from '../../shared/site-time.ts';
import { minutesSince } from '../../shared/minutes-since.ts';
import { alertText } from '../alerts/alert-text.ts';
import { useDisplay } from '../display-context.ts';
import type { DisplayView } from '../display-context.ts';
import { FitText } from './fit-text.tsx';
import { Head } from './head.tsx';
import {
  BrokenLinkIcon,
  LinkingIcon,
  NoImageIcon,
  PastIcon,
  PhoneIcon,
  PowerIcon,
  Strokes,
} from './icons.tsx';
import { laneOf } from '../state/lane-of.ts';
import type { Screen } from '../state/screen-of.ts';
import { stopReason } from '../state/stop-reason.ts';
import { wardWords } from '../../i18n/ward/words.ts';
import { otherLanguage, wordsFor } from '../../i18n/words-for.ts';

type NotLive = Extract<Screen, { readonly kind: 'not-live' }>;

const ICONS = {
  connecting: LinkingIcon,
  'cut-off': BrokenLinkIcon,
  'device-off': PowerIcon,
  old: PastIcon,
  'unknown-ward': PastIcon,
  stopped: NoImageIcon,
  undelivered: BrokenLinkIcon,
};
const MAX_KNOWN_SHOWN = 3;
/** The longest id that a ward can have. */
const MAX_ID_SHOWN = 40;

/**
 * The screen of a display that cannot show new alerts: light instead of dark, with the reason and what to do. It never
 * claims that there are no alerts.
 */
export function NotLiveScreen({ screen }: { readonly screen: NotLive }): JSX.Element {
  const view = useDisplay();
  const { reason, open } = screen;
  const notice = noticeOf(screen, view);
  const Icon = ICONS[reason];
  return (
    <main class={`screen not-live ${reason}`} data-live="no">
      <div class="hatch" />
      <Head />
      <section class="headline" role="alert">
        <Icon />
        <div class="reason">
          <FitText as="h1">{notice.title}</FitText>
          <FitText as="p">{notice.meaning}</FitText>
          {reason === 'unknown-ward' && <OtherLanguage />}
        </div>
        {reason !== 'connecting' && <CallRadiography />}
      </section>
      {open.length > 0 && <KnownAlerts screen={screen} />}
      <footer class="foot">
        {notice.since !== '' && <b>{notice.since}</b>}
        <span>{notice.next}</span>
        <span class="not-for-diagnosis">{view.words.notForDiagnosis}</span>
      </footer>
    </main>
  );
}

/** The language of the site is not known here: the same follows in the other one. */
function OtherLanguage(): JSX.Element {
  const { facts, words } = useDisplay();
  const language = otherLanguage(words.language);
  const { unknownWard } = wordsFor(wardWords, language);
  return (
    <p class="other" lang={language}>
      {unknownWard.title} · {unknownWard.meaning(facts.ward.id.slice(0, MAX_ID_SHOWN))}
    </p>
  );
}

function CallRadiography(): JSX.Element {
  const { facts, words } = useDisplay();
  return (
    <p class="call">
      <PhoneIcon />
      <span>{words.callRadiography}</span>
      {facts.phone !== '' && <b>{words.extension(facts.phone)}</b>}
    </p>
  );
}

/** The alerts that were open when the display was last live. */
function KnownAlerts({ screen: { reason, since, open } }: { readonly screen: NotLive }): JSX.Element {
  const { facts, now, words } = useDisplay();
  const title =
    reason === 'device-off'
      ? words.stillOpen(open.length)
      : words.openAt(siteMoment(since, { now, timezone: facts.site.timezone }), open.length);
  return (
    <section class="known">
      <h2>{title}</h2>
      <ul>
        {open.slice(0, MAX_KNOWN_SHOWN).map((alert) => (
          <KnownAlert key={alert.id} alert={alert} />
        ))}
        {open.length > MAX_KNOWN_SHOWN && <li class="rest">+{open.length - MAX_KNOWN_SHOWN}</li>}
      </ul>
    </section>
  );
}

function KnownAlert({ alert }: { readonly alert: Alert }): JSX.Element {
  const text = alertText(alert, useDisplay());
  return (
    <li data-alert={alert.id}>
      <Strokes priority={alert.priority} />
      <FitText as="p" short={text.short?.brief}>
        {text.brief}
      </FitText>
    </li>
  );
}

/** The event, what it means, what happens next, and since when. */
interface Notice {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  readonly since: string;
}

function noticeOf(
  { reason, since }: NotLive,
  { facts, state, now, words }: Pick<DisplayView, 'facts' | 'state' | 'now' | 'words'>,
): Notice {
  const time = siteMoment(since, { now, timezone: facts.site.timezone });
  // Without a duration where the clock was wrong.
  const minutes = minutesSince(since, now) ?? 0;
  switch (reason) {
    case 'connecting':
      return { ...words.connecting, since: '' };
    case 'unknown-ward':
      return {
        ...words.unknownWard,
        meaning: words.unknownWard.meaning(facts.ward.id.slice(0, MAX_ID_SHOWN)),
        since: '',
      };
    case 'cut-off':
      return { ...words.cutOff, since: words.noContactSince(time, minutes) };
    case 'device-off':
      return { ...words.deviceOff, since: words.offSince(time, minutes) };
    case 'old':
      return { ...words.old, since: words.noUpdateSince(time, minutes) };
    case 'undelivered':
      return { ...words.undelivered, since: '' };
    case 'stopped':
      return { ...words.stopped, since: stopReason(laneOf(state)?.code ?? null, words), next: '' };
  }
}
