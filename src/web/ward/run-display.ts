import { batch } from '../shared/batch.ts';
import { createActions } from './acknowledge/create-actions.ts';
import { listenForBadges } from './acknowledge/listen-for-badges.ts';
import { emptyFacts, readStoredBootFacts } from './connection/boot-facts.ts';
import { createConnector } from './connection/create-connector.ts';
import { followBootFacts } from './connection/follow-boot-facts.ts';
import { watchVisibility } from './connection/page-visibility.ts';
import { createServerClock } from './connection/server-clock.ts';
import { createLanguageChoice } from './create-language-choice.ts';
import { createOpening } from './create-opening.ts';
import { drawDisplay, isDimmed } from './draw-display.tsx';
import type { DisplayParts } from './draw-display.tsx';
import { guardDrawing } from './guard-drawing.ts';
import { createKnownViewStore, readKnownView } from './offline/known-view.ts';
import { createSound } from './sound/sound.ts';
import { createToneScheduler } from './sound/tone-scheduler.ts';
import type { ToneScheduler } from './sound/tone-scheduler.ts';
import { liveness } from './state/liveness.ts';
import { openAlerts } from './state/screen-of.ts';
import type { WardEvent, WardState } from './state/ward-state.ts';
import { createWardStore } from './state/ward-store.ts';
import type { WardStore } from './state/ward-store.ts';

const TICK_MS = 1_000;

/** Runs the display of a ward for as long as the page lives; calls `onShown` once the first live screen is drawn, or after a few seconds. */
export function runDisplay(root: HTMLElement, ward: string, onShown: () => void): void {
  const stored = readStoredBootFacts(ward);
  const clock = createServerClock(stored?.now ?? Date.now());
  const sound = createSound();
  const tones = createToneScheduler(sound);
  const storeKnownView = createKnownViewStore(ward);
  const drawing = guardDrawing(root, () => {
    if (isLive(store)) {
      storeKnownView({ at: store.now(), alerts: openAlerts(store.state()) });
      opening.noteLive();
    }
    drawDisplay(root, parts);
  });
  const draw = batch(drawing.draw);
  const store = createWardStore({
    ward,
    clock,
    known: readKnownView(ward, clock.now()),
    onClockMoved: tones.shift,
    onEvent(event, before) {
      follower.handleEvent(event, before);
      if (isVisible(event, before, store)) draw();
    },
  });
  const visibility = watchVisibility(drawing);
  const expected = stored?.bootFacts.me ?? emptyFacts(ward).me;
  const connector = createConnector({ expected, visibility, now: clock.now, onEvent: store.dispatch });
  const follower = followBootFacts({ ward, stored: stored?.bootFacts ?? null, store, connector, draw });
  const language = createLanguageChoice({ follower, onChange: draw });
  const actions = createActions({ ward, sound, store, connector, follower, language });
  const parts: DisplayParts = { store, sound, follower, language, actions, visibility };
  const opening = createOpening(() => {
    sound.open();
    onShown();
    draw();
  });
  listenToPerson(parts, draw);
  setInterval(() => tick(parts, tones, draw), TICK_MS);
  if (stored !== null) draw();
}

const isLive = (store: WardStore): boolean => liveness(store.state(), store.now()) === 'live';

/** Whether an event changed what is shown; events before the display is live do not. */
function isVisible(event: WardEvent, before: WardState, store: WardStore): boolean {
  if (store.state() === before || event.type === 'packet-received') return false;
  const isConnecting = (state: WardState): boolean => liveness(state, store.now()) === 'connecting';
  return !isConnecting(before) || !isConnecting(store.state());
}

function tick(parts: DisplayParts, tones: ToneScheduler, draw: () => void): void {
  const { store } = parts;
  store.dispatch({ type: 'tick', at: store.now() });
  tones.play(store.state(), { now: store.now(), isNight: isDimmed(parts) });
  draw();
}

function listenToPerson({ sound, actions, visibility }: DisplayParts, draw: () => void): void {
  visibility.onChange(draw);
  for (const gesture of ['pointerup', 'keydown'] as const) {
    // Deferred: opening the loudspeaker takes longer than a badge reader waits between two keys.
    addEventListener(gesture, () => setTimeout(() => void sound.unblock().then(draw)));
  }
  listenForBadges((code) => void actions.scanBadge(code));
}
