import { NAME_CHOICE_MS, UNDO_MS } from '../time/durations.ts';
import { withEntry, withoutKey } from './immutable-map.ts';
import { releaseAlert, withoutTakeover } from './receive-alert.ts';
import type { WardState } from './ward-state.ts';

/** An alert was touched: the screen asks who has seen it, for a while. */
export function askForName(state: WardState, event: { readonly id: string; readonly at: number }): WardState {
  if (!state.alerts.has(event.id)) return state;
  return {
    ...state,
    ...withoutTakeover(state, event.id),
    nameChoice: { id: event.id, until: event.at + NAME_CHOICE_MS, isBadgeUnknown: false },
  };
}

/** An unlisted badge was scanned: the question stays open and shows that. */
export function rejectBadge(state: WardState, at: number): WardState {
  if (state.nameChoice === null) return state;
  return { ...state, nameChoice: { ...state.nameChoice, until: at + NAME_CHOICE_MS, isBadgeUnknown: true } };
}

/** A name was given: the alert counts as seen at once and can be undone for a while. */
export function acknowledgeAlert(
  state: WardState,
  event: { readonly by: string; readonly at: number },
): WardState {
  if (state.nameChoice === null) return state;
  const { id } = state.nameChoice;
  return {
    ...releaseAlert(state, id),
    unconfirmed: withEntry(state.unconfirmed, id, { wants: 'acknowledged', by: event.by, at: event.at }),
    undo: { id, by: event.by, at: event.at },
  };
}

/** The last acknowledgement is undone: the alert is open again. */
export function undoAcknowledgement(state: WardState, at: number): WardState {
  if (state.undo === null || state.undo.at + UNDO_MS <= at) return state;
  const { id, by } = state.undo;
  return {
    ...state,
    undo: null,
    refusals: withoutKey(state.refusals, id),
    unconfirmed: withEntry(state.unconfirmed, id, { wants: 'open', by, at }),
  };
}
