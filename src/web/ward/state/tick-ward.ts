import { CONFIRM_MS, SETTLE_FALLBACK_MS, TAKEOVER_MS, UNDO_MS } from '../time/durations.ts';
import { liveness } from './liveness.ts';
import { applyRetainedState } from './apply-retained-state.ts';
import { withEntry, withoutKey } from './immutable-map.ts';
import type { WardState } from './ward-state.ts';

/** What the passing of time alone changes. */
export function tickWard(state: WardState, at: number): WardState {
  return [settleLate, endChoosing, endUndo, endPause, refuseUnconfirmed, advanceTakeover].reduce(
    (rest, step) => step(rest, at),
    state,
  );
}

function settleLate(state: WardState, at: number): WardState {
  const { isUp, isSettled, subscribedAt } = state.link;
  if (!isUp || isSettled || subscribedAt === null || at - subscribedAt < SETTLE_FALLBACK_MS) return state;
  return applyRetainedState(state, at);
}

function endChoosing(state: WardState, at: number): WardState {
  return state.choosing !== null && state.choosing.until <= at ? { ...state, choosing: null } : state;
}

function endUndo(state: WardState, at: number): WardState {
  return state.undo !== null && state.undo.at + UNDO_MS <= at ? { ...state, undo: null } : state;
}

function endPause(state: WardState, at: number): WardState {
  return state.soundPausedUntil !== null && state.soundPausedUntil <= at
    ? { ...state, soundPausedUntil: null }
    : state;
}

function refuseUnconfirmed(state: WardState, at: number): WardState {
  const late = [...state.answers].filter(([, answer]) => at - answer.at >= CONFIRM_MS).map(([id]) => id);
  return late.reduce(
    (rest, id) => ({
      ...rest,
      answers: withoutKey(rest.answers, id),
      refusals: withEntry(rest.refusals, id, 'not-recorded' as const),
      undo: rest.undo?.id === id ? null : rest.undo,
    }),
    state,
  );
}

function advanceTakeover(state: WardState, at: number): WardState {
  if (state.takeovers.length === 0) return state;
  if (state.takeoverUntil === null) {
    const isVisible = state.choosing === null && liveness(state, at) === 'live';
    return isVisible ? { ...state, takeoverUntil: at + TAKEOVER_MS } : state;
  }
  if (state.takeoverUntil > at) return state;
  return advanceTakeover({ ...state, takeovers: state.takeovers.slice(1), takeoverUntil: null }, at);
}
