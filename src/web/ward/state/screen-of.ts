import type { Alert, WithdrawReason } from '../../../contract/alert.ts';
import { SEEN_SHOWN_MS } from '../time/durations.ts';
import { laneOf } from './lane-of.ts';
import { lastKnownAt, liveness } from './liveness.ts';
import type { Liveness } from './liveness.ts';
import { orderAlerts } from './order-alerts.ts';
import { isOpen } from './receive-alert.ts';
import { rowLayout } from '../alerts/row-layout.ts';
import type { WardState } from './ward-state.ts';

export interface SeenAlert {
  readonly alert: Alert;
  readonly by: string;
  readonly at: number;
  /** Why it was withdrawn; null if it was acknowledged. */
  readonly withdrawn: WithdrawReason | null;
}

export interface Undo {
  readonly alert: Alert;
  readonly by: string;
  readonly at: number;
}

/** Why the not-live screen is shown: no live data, or a live device that analyses nothing or whose alerts do not come. */
export type NotLiveReason = Exclude<Liveness, 'live'> | 'stopped' | 'undelivered';

/** The content of the screen: exactly one of these. */
export type Screen =
  | {
      readonly kind: 'not-live';
      readonly reason: NotLiveReason;
      /** When the screen was last known to be correct. */
      readonly since: number;
      readonly open: readonly Alert[];
    }
  | { readonly kind: 'name-choice'; readonly alert: Alert }
  | { readonly kind: 'arrival'; readonly alert: Alert; readonly others: number }
  | {
      readonly kind: 'alerts';
      readonly undo: Undo | null;
      readonly rows: readonly Alert[];
      readonly more: readonly Alert[];
      readonly seen: readonly SeenAlert[];
      readonly isTight: boolean;
    }
  | { readonly kind: 'quiet'; readonly seen: readonly SeenAlert[] };

/** The screen for a state at a moment. Not live comes first: old data must never look live. */
export function screenOf(state: WardState, now: number): Screen {
  const reason = liveness(state, now);
  const open = openAlerts(state);
  if (reason === 'unknown-ward') return { kind: 'not-live', reason, since: now, open: [] };
  if (reason !== 'live') return { kind: 'not-live', reason, since: lastKnownAt(state, reason), open };
  const choosing = state.nameChoice === null ? undefined : state.alerts.get(state.nameChoice.id)?.alert;
  if (choosing !== undefined) return { kind: 'name-choice', alert: choosing };
  const arrival = open.find((alert) => alert.id === state.takeovers[0]);
  if (arrival !== undefined) return { kind: 'arrival', alert: arrival, others: open.length - 1 };
  return listScreen(state, open, now);
}

/** Whether a reload would interrupt no one: no question, no countdown, no arrival is on the screen. */
export function isCalm(state: WardState, now: number): boolean {
  const { kind } = screenOf(state, now);
  return (kind === 'quiet' || kind === 'alerts' || kind === 'not-live') && state.undo === null;
}

/** Unseen alerts in display order; a press on this screen counts at once. */
export function openAlerts(state: WardState): readonly Alert[] {
  const open = [...state.alerts.values()]
    .map((known) => known.alert)
    .filter((alert) => {
      const answer = state.unconfirmed.get(alert.id);
      if (alert.state === 'closed') return false;
      return answer === undefined ? isOpen(alert) : answer.wants === 'open';
    });
  return orderAlerts(open);
}

function listScreen(state: WardState, open: readonly Alert[], now: number): Screen {
  const undo = undoOf(state);
  const count = open.length + (undo === null ? 0 : 1);
  const lane = laneOf(state);
  if (count === 0 && (lane?.kind === 'stopped' || lane?.kind === 'undelivered')) {
    return { kind: 'not-live', reason: lane.kind, since: now, open: [] };
  }
  const layout = rowLayout(count, lane !== null);
  const seen = seenAlerts(state, now).slice(0, layout.seen);
  if (count === 0) return { kind: 'quiet', seen };
  const rows = layout.rows - (undo === null ? 0 : 1);
  return {
    kind: 'alerts',
    undo,
    rows: open.slice(0, rows),
    more: open.slice(rows),
    seen,
    isTight: layout.isTight,
  };
}

function undoOf(state: WardState): Undo | null {
  const alert = state.undo === null ? undefined : state.alerts.get(state.undo.id)?.alert;
  return state.undo === null || alert === undefined ? null : { alert, by: state.undo.by, at: state.undo.at };
}

/** Acknowledged and withdrawn alerts of the last half hour, the latest first. */
function seenAlerts(state: WardState, now: number): readonly SeenAlert[] {
  return [...state.alerts.values()]
    .flatMap<SeenAlert>(({ alert }) => {
      if (alert.withdrawn !== null) return [withdrawnAlert(alert, alert.withdrawn)];
      const answer = state.unconfirmed.get(alert.id);
      if (answer?.wants === 'open' || alert.id === state.undo?.id) return [];
      if (answer !== undefined) return [{ alert, by: answer.by, at: answer.at, withdrawn: null }];
      if (alert.state !== 'acknowledged') return [];
      const at = Date.parse(alert.times.acknowledged ?? alert.times.received);
      return [{ alert, by: alert.acknowledgedBy?.name ?? '', at, withdrawn: null }];
    })
    .filter((seen) => now - seen.at < SEEN_SHOWN_MS)
    .toSorted((a, b) => b.at - a.at);
}

function withdrawnAlert(alert: Alert, { by, reason, at }: NonNullable<Alert['withdrawn']>): SeenAlert {
  return { alert, by, at: Date.parse(at), withdrawn: reason };
}
