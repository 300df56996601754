import { render } from 'preact';
import { wardWords } from '../i18n/ward/words.ts';
import { otherLanguage, wordsFor } from '../i18n/words-for.ts';
import { readLanguage, storeLanguage } from '../shared/stored-language.ts';
import type { BootFactsReply } from './connection/fetch-boot-facts.ts';
import { hasChangedFacts } from './connection/fetch-boot-facts.ts';
import { connectWard } from './connection/connect-ward.ts';
import type { WardConnection } from './connection/connect-ward.ts';
import { createActions } from './acknowledge/create-actions.ts';
import { DisplayContext } from './display-context.ts';
import { takeDisplayId } from './connection/display-id.ts';
import { emptyFacts, storeBootFacts, readStoredBootFacts } from './connection/boot-facts.ts';
import { isNight } from './time/is-night.ts';
import { isOutdated } from './offline/is-outdated.ts';
import { createKnownViewStore, readKnownView } from './offline/known-view.ts';
import { listenForBadges } from './acknowledge/listen-for-badges.ts';
import { liveness } from './state/liveness.ts';
import { nextWardState } from './state/next-ward-state.ts';
import { isCalm, openAlerts } from './state/screen-of.ts';
import { createServerClock } from './connection/server-clock.ts';
import { createToneScheduler } from './sound/tone-scheduler.ts';
import { createSound } from './sound/sound.ts';
import { WardDisplay } from './ward-display.tsx';
import { createWardState } from './state/ward-state.ts';
import type { WardEvent, WardState } from './state/ward-state.ts';
import { pollBootFacts } from './connection/poll-boot-facts.ts';

const TICK_MS = 1_000;
const SETTLE_AFTER_MS = 200;
/** Also where nothing becomes live: what has failed wants to be heard. */
const OPEN_AT_LATEST_MS = 3_000;
/** One question to the server may be lost. */
const SILENT_FROM = 2;

/** Runs the display of a ward for as long as the page lives; calls once it has shown what it was opened for. */
export function runDisplay(root: HTMLElement, ward: string, onSettled: () => void): void {
  const kept = readStoredBootFacts(ward);
  const clock = createServerClock(kept?.now ?? Date.now());
  const sound = createSound();
  const singer = createToneScheduler(sound);
  const keepKnown = createKnownViewStore(ward);
  let ground = kept?.ground ?? emptyFacts(ward);
  let state = createWardState(clock.now(), readKnownView(ward, clock.now()));
  let connection: WardConnection | null = null;
  let language = readLanguage();
  let unanswered = 0;
  let isDrawing = false;
  let isSettled = false;

  /** What comes in before the display is live does not show on it; the tick draws the time. */
  function isStillOpening(before: WardState, after: WardState): boolean {
    const now = clock.now();
    return liveness(before, now) === 'connecting' && liveness(after, now) === 'connecting';
  }

  function take(event: WardEvent): void {
    const before = state;
    state = nextWardState(state, event);
    const isTurning = event.type === 'disconnected' && before.link.isUp;
    if (isTurning || (event.type === 'connected' && unanswered > 0)) watch.look();
    if (event.type === 'health' && !event.isRetained && unanswered > 0) setClock(Date.parse(event.health.ts));
    if (state !== before && event.type !== 'heard' && !isStillOpening(before, state)) draw();
  }

  function setClock(time: number): void {
    if (!Number.isFinite(time)) return;
    const by = clock.correct(time);
    singer.shift(by);
    take({ type: 'clock-moved', at: clock.now(), by });
  }

  function hear(answer: BootFactsReply | null): void {
    if (answer === null) {
      unanswered += 1;
      const keptAt = Date.parse(ground.facts.serverTime);
      if (unanswered >= SILENT_FROM && (connection !== null || kept !== null))
        take({ type: 'grounded', at: clock.now(), keptAt });
      if (kept !== null) void connect();
      return;
    }
    unanswered = 0;
    setClock(answer.serverTime);
    if (connection !== null && hasChangedFacts(ground, answer.ground)) location.reload();
    ground = answer.ground;
    storeBootFacts(ground);
    take({ type: 'grounded', at: clock.now(), keptAt: null });
    // The broker is called before anything is drawn: it answers meanwhile.
    if (connection === null) void connect();
    else void isOutdated().then((isOld) => isOld && isCalm(state, clock.now()) && location.reload());
    // The page says "connecting" by itself: drawing the same again would only keep the broker's answer waiting.
    if (liveness(state, clock.now()) !== 'connecting') draw();
  }

  // Asked for at once, since another window has a moment to object; right for all but a newly paired screen.
  const guessed = kept?.ground.me.displayId ?? null;
  const early = takeDisplayId(guessed);
  let isConnecting = false;
  async function connect(): Promise<void> {
    if (isConnecting) return;
    isConnecting = true;
    const { displayId } = ground.me;
    const display = await (displayId === guessed ? early : takeDisplayId(displayId));
    connection = connectWard({ facts: ground.facts, display, now: clock.now, on: take });
  }

  function tick(): void {
    const now = clock.now();
    take({ type: 'tick', at: now });
    singer.sing(state, { now, isNight: isDim(now) });
    draw();
  }

  function isDim(now: number): boolean {
    return isNight(now, ground.facts.site.timezone, ground.facts.night);
  }

  const actions = createActions({
    ward,
    sound,
    take,
    now: clock.now,
    state: () => state,
    me: () => ground.me,
    connection: () => connection,
    switchLanguage() {
      language = otherLanguage(language ?? ground.facts.language);
      storeLanguage(language);
      draw();
    },
  });

  /** What nobody at the screen waits for comes after what they do. */
  function settle(): void {
    if (isSettled) return;
    isSettled = true;
    sound.open();
    onSettled();
    draw();
  }

  /** Once for all that is told in one go. */
  function draw(): void {
    if (isDrawing) return;
    isDrawing = true;
    queueMicrotask(() => {
      isDrawing = false;
      drawNow();
    });
  }

  function drawNow(): void {
    const now = clock.now();
    if (liveness(state, now) === 'live') {
      keepKnown({ at: now, alerts: openAlerts(state) });
      if (!isSettled) setTimeout(settle, SETTLE_AFTER_MS);
    }
    const words = wordsFor(wardWords, language ?? ground.facts.language);
    const { facts, me } = ground;
    const { documentElement: html } = document;
    html.lang = words.language;
    html.dataset['light'] = isDim(now) ? 'night' : 'day';
    // Until then the page says "connecting" by itself.
    root.querySelector('.opening')?.remove();
    document.title = `${facts.ward.name || words.wardScreen} — Bonewatch`;
    render(
      <DisplayContext.Provider
        value={{ facts, me, state, now, words, isSoundBlocked: sound.isBlocked(), actions }}
      >
        <WardDisplay />
      </DisplayContext.Provider>,
      root,
    );
  }

  for (const gesture of ['pointerup', 'keydown'] as const) {
    // Not within the event: opening the loudspeaker takes longer than a badge reader waits between two keys.
    addEventListener(gesture, () => setTimeout(() => void sound.unblock().then(draw)));
  }
  listenForBadges((code) => void actions.scan(code));
  const watch = pollBootFacts(ward, hear);
  setInterval(tick, TICK_MS);
  if (kept !== null) draw();
  setTimeout(settle, OPEN_AT_LATEST_MS);
}
