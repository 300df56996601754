import { CONFIRM_MS, SYNC_FALLBACK_MS, TAKEOVER_MS, UNDO_MS } from '../time/durations.ts';
import { liveness } from './liveness.ts';
import { applyRetainedState } from './apply-retained-state.ts';
import { withEntry, withoutKey } from './immutable-map.ts';
import type { WardState } from './ward-state.ts';

/** Applies the changes that depend on time alone. */
export function tickWard(state: WardState, at: number): WardState {
  return [syncLate, endNameChoice, endUndo, endPause, refuseUnconfirmed, advanceTakeover].reduce(
    (rest, step) => step(rest, at),
    state,
  );
}

function syncLate(state: WardState, at: number): WardState {
  const { isUp, isSynced: isSettled, subscribedAt } = state.link;
  if (!isUp || isSettled || subscribedAt === null || at - subscribedAt < SYNC_FALLBACK_MS) return state;
  return applyRetainedState(state, at);
}

function endNameChoice(state: WardState, at: number): WardState {
  return state.nameChoice !== null && state.nameChoice.until <= at ? { ...state, nameChoice: null } : state;
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
  const late = [...state.unconfirmed].filter(([, answer]) => at - answer.at >= CONFIRM_MS).map(([id]) => id);
  return late.reduce(
    (rest, id) => ({
      ...rest,
      unconfirmed: withoutKey(rest.unconfirmed, id),
      refusals: withEntry(rest.refusals, id, 'not-recorded' as const),
      undo: rest.undo?.id === id ? null : rest.undo,
    }),
    state,
  );
}

function advanceTakeover(state: WardState, at: number): WardState {
  if (state.takeovers.length === 0) return state;
  if (state.takeoverUntil === null) {
    const isVisible = state.nameChoice === null && liveness(state, at) === 'live';
    return isVisible ? { ...state, takeoverUntil: at + TAKEOVER_MS } : state;
  }
  if (state.takeoverUntil > at) return state;
  return advanceTakeover({ ...state, takeovers: state.takeovers.slice(1), takeoverUntil: null }, at);
}
