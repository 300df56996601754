import type { Alert } from '../../../src/contract/alert.ts';
import { nextWardState } from '../../../src/web/ward/state/next-ward-state.ts';
import { createWardState } from '../../../src/web/ward/state/ward-state.ts';
import type { WardEvent, WardState } from '../../../src/web/ward/state/ward-state.ts';

export const START = Date.parse('2026-11-22T05:30:00Z');

export type Untimed = WardEvent extends infer E
  ? E extends WardEvent
    ? Omit<E, 'at'> & { at?: number }
    : never
  : never;

/** The state of a display after these events; an event without a time happens at `START`. */
export function live(state: WardState, ...events: readonly Untimed[]): WardState {
  return events.reduce((known, event) => nextWardState(known, { at: START, ...event }), state);
}

export function online(session = 'one', at = START): Untimed {
  const ts = new Date(at).toISOString();
  return { type: 'availability', availability: { state: 'online', session, ts }, isRetained: true };
}

export function health(at = START): Untimed {
  const facts = {
    ts: new Date(at).toISOString(),
    lastImageAt: null,
    imagesToday: null,
    degraded: null,
    undeliveredWards: null,
    inboxes: null,
  };
  return { type: 'health', health: facts, isRetained: false, at };
}

export function received(alert: Alert, at = START): Untimed {
  return { type: 'alert', id: alert.id, alert, at };
}

export function connected(at = START): readonly Untimed[] {
  return [{ type: 'connected', at }, { type: 'subscribed', at }, { ...online('one', at), at }, health(at)];
}

export function aLiveWard(...alerts: readonly Alert[]): WardState {
  return live(
    createWardState(START, 'w3'),
    ...connected(),
    { type: 'synced' },
    ...alerts.map((alert) => received(alert)),
  );
}
