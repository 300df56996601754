import type { JSX } from 'preact';
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
import { siteClock } from '../../shared/site-time.ts';
import { stopReason } from '../state/stop-reason.ts';

type PaperScreen = Extract<Screen, { readonly kind: 'paper' }>;

const ICONS = {
  connecting: LinkingIcon,
  'cut-off': BrokenLinkIcon,
  'device-off': PowerIcon,
  old: PastIcon,
  stopped: NoImageIcon,
};
const MAX_KNOWN = 3;

/** Not live: the whole screen is paper, says why and what to do, and never that there are no alerts. */
export function Paper({ screen }: { readonly screen: PaperScreen }): JSX.Element {
  const view = useDisplay();
  const { facts, words } = view;
  const { reason, since, open } = screen;
  const said = sayings(screen, view);
  const Icon = ICONS[reason];
  return (
    <main class={`screen paper ${reason}`} data-live="no">
      <div class="hatch" />
      <Head />
      <section class="say" role="alert">
        <Icon />
        <div class="reason">
          <FitText as="h1">{said.title}</FitText>
          <FitText as="p">{said.meaning}</FitText>
        </div>
        {reason !== 'connecting' && (
          <p class="call">
            <PhoneIcon />
            <span>{words.callRadiography}</span>
            {facts.phone !== '' && <b>{words.extension(facts.phone)}</b>}
          </p>
        )}
      </section>
      {open.length > 0 && (
        <section class="known">
          <h2>
            {reason === 'device-off'
              ? words.stillOpen(open.length)
              : words.openAt(siteClock(since, facts.site.timezone), open.length)}
          </h2>
          <ul>
            {open.slice(0, MAX_KNOWN).map((alert) => (
              <li key={alert.id} data-alert={alert.id}>
                <Strokes priority={alert.priority} />
                <FitText as="p">{alertText(alert, { facts, words }).brief}</FitText>
              </li>
            ))}
            {open.length > MAX_KNOWN && <li class="rest">+{open.length - MAX_KNOWN}</li>}
          </ul>
        </section>
      )}
      <footer class="foot">
        {said.since !== '' && <b>{said.since}</b>}
        <span>{said.next}</span>
        <span class="not-for-diagnosis">{words.notForDiagnosis}</span>
      </footer>
    </main>
  );
}

interface Sayings {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  readonly since: string;
}

function sayings(
  { reason, since }: PaperScreen,
  { facts, state, now, words }: Pick<DisplayView, 'facts' | 'state' | 'now' | 'words'>,
): Sayings {
  const time = siteClock(since, facts.site.timezone);
  const minutes = Math.max(0, Math.floor((now - since) / 60_000));
  switch (reason) {
    case 'connecting':
      return { ...words.connecting, since: '' };
    case 'cut-off':
      return { ...words.cutOff, since: words.noContactSince(time, minutes) };
    case 'device-off':
      return { ...words.deviceOff, since: words.offSince(time, minutes) };
    case 'old':
      return { ...words.old, since: words.noUpdateSince(time, minutes) };
    case 'stopped':
      return { ...words.stopped, since: stopReason(laneOf(state)?.code ?? null, words), next: '' };
  }
}
