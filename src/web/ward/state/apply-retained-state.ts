import { orderAlerts } from './order-alerts.ts';
import { releaseAlert } from './receive-alert.ts';
import { withoutKey } from './immutable-map.ts';
import type { WardState } from './ward-state.ts';

/**
 * Everything retained has arrived: what the broker no longer holds is gone, and of the high alerts missed
 * meanwhile one takes the screen, not all of them one after the other.
 */
export function applyRetainedState(state: WardState, at: number): WardState {
  if (!state.link.isUp || state.link.isSynced) return state;
  const gone = [...state.alerts].filter(([, known]) => known.epoch !== state.link.epoch).map(([id]) => id);
  const kept = gone.reduce(
    (rest, id) => ({ ...releaseAlert(rest, id), alerts: withoutKey(rest.alerts, id) }),
    state,
  );
  const missed = orderAlerts(kept.missed.flatMap((id) => kept.alerts.get(id)?.alert ?? []));
  const isDeviceConfirmed = state.device.availabilityEpoch === state.link.epoch;
  return {
    ...kept,
    device: isDeviceConfirmed ? kept.device : { ...kept.device, availability: null },
    link: { ...state.link, isSynced: true, syncedAt: at },
    missed: [],
    takeovers: [...kept.takeovers, ...missed.slice(0, 1).map((alert) => alert.id)],
    soundPausedUntil: missed.length > 0 ? null : kept.soundPausedUntil,
  };
}
