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
  /** Sets the clock to a time that the daemon has just sent, and shifts every stored time. */
  readonly correctClock: (time: number) => void;
}

interface WardStoreDeps {
  readonly ward: string;
  readonly clock: ServerClock;
  /** The view stored before the display was opened. */
  readonly known: KnownView | null;
  /** Called after each event with the state before it. */
  readonly onEvent: (event: WardEvent, before: WardState) => void;
  readonly onClockMoved: (byMs: number) => void;
}

/** Creates a store that starts with the stored view. */
export function createWardStore({ ward, clock, known, onEvent, onClockMoved }: WardStoreDeps): WardStore {
  let state = createWardState(clock.now(), ward, known);

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
