import type { Availability, DeviceFaults, Health } from './read-payload.ts';
import type { WardState } from './ward-state.ts';

/** Applies the device's availability. The late last will of an older session cannot end a newer one. */
export function receiveAvailability(
  state: WardState,
  event: { readonly availability: Availability; readonly isRetained: boolean },
): WardState {
  const { availability, isRetained } = event;
  const known = state.device.availability;
  const isLateWill =
    !isRetained &&
    known?.state === 'online' &&
    availability.state !== 'online' &&
    known.session !== availability.session;
  if (isLateWill) return state;
  return { ...state, device: { ...state.device, availability, availabilityEpoch: state.link.epoch } };
}

/** Applies a health message; the age of a retained one counts from its timestamp, not from its arrival. */
export function receiveHealth(
  state: WardState,
  event: { readonly health: Health; readonly isRetained: boolean; readonly at: number },
): WardState {
  const { health, isRetained, at } = event;
  const stated = Date.parse(health.ts);
  const healthAt = isRetained && Number.isFinite(stated) ? Math.min(stated, at) : at;
  // A retained one may be older than the info it arrives with.
  const { degraded, undeliveredWards } = isRetained ? state.device : { ...state.device, ...faultsOf(health) };
  return { ...state, device: { ...state.device, health, healthAt, degraded, undeliveredWards } };
}

/** The faults that a health message states. */
function faultsOf({ degraded, undeliveredWards }: Health): Partial<DeviceFaults> {
  return {
    ...(degraded === null ? {} : { degraded }),
    ...(undeliveredWards === null ? {} : { undeliveredWards }),
  };
}

/** Applies the faults in the device's info. */
export function receiveFaults(state: WardState, { degraded, undeliveredWards }: DeviceFaults): WardState {
  return { ...state, device: { ...state.device, degraded, undeliveredWards } };
}
