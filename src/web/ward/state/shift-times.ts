import type { WardState } from './ward-state.ts';

/**
 * The same state after the clock was corrected: every stored time is shifted, so that a corrected clock
 * neither makes a dead connection look live nor a live one dead.
 */
export function shiftTimes(state: WardState, by: number): WardState {
  if (by === 0) return state;
  const moved = <T extends number | null>(time: T): T => (time === null ? time : time + by) as T;
  const { link, device } = state;
  return {
    ...state,
    openedAt: moved(state.openedAt),
    link: {
      ...link,
      subscribedAt: moved(link.subscribedAt),
      syncedAt: moved(link.syncedAt),
      lastPacketAt: moved(link.lastPacketAt),
    },
    device: { ...device, healthAt: moved(device.healthAt) },
    unconfirmed: new Map(
      [...state.unconfirmed].map(([id, answer]) => [id, { ...answer, at: moved(answer.at) }]),
    ),
    takeoverUntil: moved(state.takeoverUntil),
    nameChoice: state.nameChoice && { ...state.nameChoice, until: moved(state.nameChoice.until) },
    undo: state.undo && { ...state.undo, at: moved(state.undo.at) },
    soundPausedUntil: moved(state.soundPausedUntil),
  };
}
