import { orderAlerts } from './order-alerts.ts';
import { releaseAlert } from './receive-alert.ts';
import { withoutKey } from './immutable-map.ts';
import type { WardState } from './ward-state.ts';

/**
 * Everything retained has arrived: alerts that the broker no longer holds are removed, and of the high alerts
 * missed meanwhile one takes the screen, not all of them in succession.
 */
export function applyRetainedState(state: WardState, at: number): WardState {
  if (!state.link.isUp || state.link.isSynced) return state;
  const gone = [...state.alerts].filter(([, known]) => known.epoch !== state.link.epoch).map(([id]) => id);
  const current = gone.reduce(
    (rest, id) => ({ ...releaseAlert(rest, id), alerts: withoutKey(rest.alerts, id) }),
    state,
  );
  const missed = orderAlerts(current.missed.flatMap((id) => current.alerts.get(id)?.alert ?? []));
  const isDeviceConfirmed = state.device.availabilityEpoch === state.link.epoch;
  return {
    ...current,
    device: isDeviceConfirmed ? current.device : { ...current.device, availability: null },
    link: { ...state.link, isSynced: true, syncedAt: at },
    missed: [],
    takeovers: [...current.takeovers, ...missed.slice(0, 1).map((alert) => alert.id)],
    soundPausedUntil: missed.length > 0 ? null : current.soundPausedUntil,
  };
}
