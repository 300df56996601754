import { HEALTH_OLD_MS, NO_ANSWER_MS, OPENING_MS } from '../time/durations.ts';
import type { WardState } from './ward-state.ts';

/** Whether new alerts can appear here, and if not, why. Anything but `live` shows the not-live screen. */
export type Liveness = 'live' | 'unknown-ward' | 'connecting' | 'cut-off' | 'device-off' | 'old';

/** Whether a display can be trusted at a moment. */
export function liveness(state: WardState, now: number): Liveness {
  const { link, device } = state;
  if (state.isWardUnknown) return 'unknown-ward';
  const isAnswering =
    link.isUp && link.isSynced && link.lastPacketAt !== null && now - link.lastPacketAt <= NO_ANSWER_MS;
  if (!isAnswering) {
    return link.syncedAt === null && now - state.openedAt <= OPENING_MS ? 'connecting' : 'cut-off';
  }
  if (device.availability?.state !== 'online') return 'device-off';
  return now - healthKnownAt(state) > HEALTH_OLD_MS ? 'old' : 'live';
}

/** When the screen was last known to be correct: the time that the not-live screen shows. */
export function lastKnownAt(state: WardState, reason: Exclude<Liveness, 'live'>): number {
  if (reason === 'old') return healthKnownAt(state);
  if (reason === 'device-off') {
    const stated = Date.parse(state.device.availability?.ts ?? '');
    return Number.isFinite(stated) ? stated : (state.link.syncedAt ?? state.openedAt);
  }
  return state.link.lastPacketAt ?? state.openedAt;
}

/** For a device that has never sent one, the time runs from its first online message. */
function healthKnownAt(state: WardState): number {
  return state.device.healthAt ?? state.link.syncedAt ?? state.openedAt;
}
