import type { Alert } from '../../../contract/alert.ts';
import { FRESH_MS } from '../time/durations.ts';
import { withEntry, withoutKey } from './immutable-map.ts';
import type { WardState } from './ward-state.ts';

/** Whether an alert has not been seen yet. */
export function isOpen(alert: Alert): boolean {
  return alert.state === 'open' || alert.state === 'escalated';
}

/** Applies one alert revision, or its removal (`null`). A revision that is not newer changes nothing on the screen. */
export function receiveAlert(
  state: WardState,
  event: { readonly id: string; readonly alert: Alert | null; readonly at: number },
): WardState {
  const { id, alert } = event;
  if (alert === null) return dropAlert(state, id);
  const known = state.alerts.get(id);
  const before = known?.epoch === 0 ? undefined : known;
  const epoch = state.link.epoch;
  if (before !== undefined && before.alert.rev >= alert.rev) {
    return before.epoch === epoch
      ? state
      : { ...state, alerts: withEntry(state.alerts, id, { ...before, epoch }) };
  }
  const updated = { ...state, alerts: withEntry(state.alerts, id, { alert, epoch }) };
  const answered = confirmAnswer(updated, alert);
  if (!isOpen(alert)) return releaseAlert(answered, id);
  return isArrival(before?.alert, alert) ? arrive(answered, alert, event.at) : answered;
}

function confirmAnswer(state: WardState, alert: Alert): WardState {
  const answer = state.unconfirmed.get(alert.id);
  if (answer === undefined || (answer.wants === 'open') !== isOpen(alert)) return state;
  return { ...state, unconfirmed: withoutKey(state.unconfirmed, alert.id) };
}

/** A high alert that is new, has become high or has news: a higher priority always alerts again. */
function isArrival(before: Alert | undefined, after: Alert): boolean {
  if (after.priority !== 'high') return false;
  return before === undefined || before.priority !== 'high' || after.newsRev > before.rev;
}

function arrive(state: WardState, alert: Alert, at: number): WardState {
  if (state.link.isSynced) {
    return { ...state, takeovers: [...state.takeovers, alert.id], soundPausedUntil: null };
  }
  const isFirstConnection = state.link.syncedAt === null;
  if (isFirstConnection && at - Date.parse(alert.times.received) > FRESH_MS) return state;
  return { ...state, missed: [...state.missed, alert.id] };
}

function dropAlert(state: WardState, id: string): WardState {
  if (!state.alerts.has(id)) return state;
  const gone = releaseAlert(state, id);
  return {
    ...gone,
    alerts: withoutKey(gone.alerts, id),
    unconfirmed: withoutKey(gone.unconfirmed, id),
    undo: gone.undo?.id === id ? null : gone.undo,
  };
}

/** An alert that is no longer open leaves the takeover, the question and the refusals, wherever it was answered. */
export function releaseAlert(state: WardState, id: string): WardState {
  return {
    ...state,
    ...withoutTakeover(state, id),
    missed: state.missed.filter((other) => other !== id),
    refusals: withoutKey(state.refusals, id),
    nameChoice: state.nameChoice?.id === id ? null : state.nameChoice,
  };
}

/** The takeover queue without an alert; the next one gets its full time. */
export function withoutTakeover(
  state: WardState,
  id: string,
): Pick<WardState, 'takeovers' | 'takeoverUntil'> {
  return {
    takeovers: state.takeovers.filter((other) => other !== id),
    takeoverUntil: state.takeovers[0] === id ? null : state.takeoverUntil,
  };
}
