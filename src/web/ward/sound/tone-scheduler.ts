import { laneOf } from '../state/lane-of.ts';
import { liveness } from '../state/liveness.ts';
import { openAlerts } from '../state/screen-of.ts';
import type { Sound } from './sound.ts';
import { NO_TONE_YET, toneDue } from './tones.ts';
import type { WardState } from '../state/ward-state.ts';

/** Sounds what is due; to be asked once a second. */
export interface ToneScheduler {
  sing(state: WardState, at: { readonly now: number; readonly isNight: boolean }): void;
  /** The clock was corrected. */
  shift(by: number): void;
}

/** A singer that remembers what it has played; what a pause or the browser holds back is due again afterwards. */
export function createToneScheduler(sound: Sound): ToneScheduler {
  let memory = NO_TONE_YET;
  return {
    sing(state, { now, isNight }) {
      const reason = liveness(state, now);
      if (reason === 'connecting') return;
      const sounding = openAlerts(state).filter((alert) => !alert.isQuiet && alert.id !== state.choosing?.id);
      const isStopped = laneOf(state)?.kind === 'stopped' && sounding.length === 0;
      const step = toneDue({ sounding, isLive: reason === 'live' && !isStopped }, now, memory);
      if (step.due !== null && (state.soundPausedUntil !== null || sound.isBlocked() !== false)) return;
      memory = step.memory;
      if (step.due !== null) sound.play(step.due, { isNight });
    },
    shift(by) {
      memory = { ...memory, playedAt: memory.playedAt + by };
    },
  };
}
