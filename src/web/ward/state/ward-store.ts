import type { ServerClock } from '../connection/server-clock.ts';
import type { KnownView } from '../offline/known-view.ts';
import { nextWardState } from './next-ward-state.ts';
import { createWardState } from './ward-state.ts';
import type { WardEvent, WardState } from './ward-state.ts';

/** The state of a running display, and the only way to change it. */
export interface WardStore {
  readonly now: () => number;
  readonly state: () => WardState;
  readonly dispatch: (event: WardEvent) => void;
  /** Takes a time that the daemon has just stated: every moment the display remembers moves along. */
  readonly correctClock: (time: number) => void;
}

interface WardStoreDeps {
  readonly clock: ServerClock;
  /** What the display last knew, before it was opened. */
  readonly known: KnownView | null;
  /** Called after each event with the state before it. */
  readonly onEvent: (event: WardEvent, before: WardState) => void;
  readonly onClockMoved: (byMs: number) => void;
}

/** A store that starts with what the display last knew. */
export function createWardStore({ clock, known, onEvent, onClockMoved }: WardStoreDeps): WardStore {
  let state = createWardState(clock.now(), known);

  function dispatch(event: WardEvent): void {
    const before = state;
    state = nextWardState(state, event);
    onEvent(event, before);
  }

  return {
    now: clock.now,
    state: () => state,
    dispatch,
    correctClock(time) {
      if (!Number.isFinite(time)) return;
      const by = clock.correct(time);
      onClockMoved(by);
      dispatch({ type: 'clock-moved', at: clock.now(), by });
    },
  };
}
