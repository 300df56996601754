import { render } from 'preact';
import type { WardFacts } from '../../ward-facts.ts';
import { wordsFor } from '../words/words-for.ts';
import { connectWard } from './connect-ward.ts';
import { DisplayContext } from './display-context.ts';
import type { DisplayActions } from './display-context.ts';
import { liveness } from './liveness.ts';
import { nextWardState } from './next-ward-state.ts';
import { openAlerts } from './screen-of.ts';
import type { ServerClock } from './server-clock.ts';
import { createSound } from './sound.ts';
import { NO_TONE_YET, toneDue } from './tones.ts';
import { WardDisplay } from './ward-display.tsx';
import { createWardState } from './ward-state.ts';
import type { WardEvent } from './ward-state.ts';

const LANGUAGE_KEY = 'bonewatch.language';
const TICK_MS = 1_000;

interface RunDisplayOptions {
  readonly root: HTMLElement;
  readonly facts: WardFacts;
  readonly display: string;
  readonly clock: ServerClock;
}

/** Runs a ward display for as long as the page lives. */
export function runDisplay({ root, facts, display, clock }: RunDisplayOptions): void {
  const sound = createSound();
  let state = createWardState(clock.now());
  let tones = NO_TONE_YET;
  let language = readLanguage() ?? facts.language;

  function take(event: WardEvent): void {
    const before = state;
    state = nextWardState(state, event);
    if (state !== before && event.type !== 'heard') draw();
    if (event.type === 'disconnected') void clock.correct();
  }

  function tick(): void {
    take({ type: 'tick', at: clock.now() });
    sing();
    draw();
  }

  function sing(): void {
    const now = clock.now();
    const sounding = openAlerts(state).filter((alert) => !alert.isQuiet && alert.id !== state.choosing?.id);
    const reason = liveness(state, now);
    if (reason === 'connecting') return;
    const { due, memory } = toneDue({ sounding, isLive: reason === 'live' }, now, tones);
    if (due !== null && (state.soundPausedUntil !== null || sound.isBlocked())) return;
    tones = memory;
    if (due !== null) sound.play(due);
  }

  async function answer(action: 'acknowledge' | 'unacknowledge', id: string, by: string): Promise<void> {
    const rev = state.alerts.get(id)?.alert.rev ?? null;
    const reason = await connection.answer(action, { id, by, rev });
    if (reason !== null) take({ type: 'refused', at: clock.now(), id, reason });
  }

  const actions: DisplayActions = {
    touch(id) {
      sound.hush();
      take({ type: 'touched', at: clock.now(), id });
    },
    leave: () => take({ type: 'left', at: clock.now() }),
    typing: () => take({ type: 'typing', at: clock.now() }),
    name(by) {
      const id = state.choosing?.id;
      take({ type: 'named', at: clock.now(), by });
      if (id !== undefined) void answer('acknowledge', id, by);
    },
    undo() {
      const undo = state.undo;
      take({ type: 'undone', at: clock.now() });
      if (undo !== null) void answer('unacknowledge', undo.id, undo.by);
    },
    pauseSound() {
      sound.hush();
      take({ type: 'sound-paused', at: clock.now() });
    },
    resumeSound: () => take({ type: 'sound-resumed', at: clock.now() }),
    switchLanguage() {
      language = language === 'ko' ? 'en' : 'ko';
      localStorage.setItem(LANGUAGE_KEY, language);
      draw();
    },
  };

  function draw(): void {
    const words = wordsFor(language);
    document.documentElement.lang = language;
    document.title = `${facts.ward.name} — Bonewatch`;
    const view = { facts, state, now: clock.now(), words, isSoundBlocked: sound.isBlocked(), actions };
    render(
      <DisplayContext.Provider value={view}>
        <WardDisplay />
      </DisplayContext.Provider>,
      root,
    );
  }

  for (const gesture of ['pointerup', 'keydown'] as const) {
    addEventListener(gesture, () => void sound.unblock().then(draw));
  }
  const connection = connectWard({ facts, display, now: clock.now, on: take });
  setInterval(tick, TICK_MS);
  draw();
}

function readLanguage(): 'ko' | 'en' | null {
  const kept = localStorage.getItem(LANGUAGE_KEY);
  return kept === 'ko' || kept === 'en' ? kept : null;
}
