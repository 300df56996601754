import { laneOf } from '../state/lane-of.ts';
import { liveness } from '../state/liveness.ts';
import { openAlerts } from '../state/screen-of.ts';
import type { Sound } from './sound.ts';
import { NO_TONE_YET, toneDue } from './tones.ts';
import type { WardState } from '../state/ward-state.ts';

/** Plays the tone that is due; called once a second. */
export interface ToneScheduler {
  readonly play: (state: WardState, at: { readonly now: number; readonly isNight: boolean }) => void;
  /** Shifts the memory after the clock was corrected. */
  readonly shift: (by: number) => void;
}

/** Remembers the tones it has played; a tone that a pause or the browser suppressed is due again afterwards. */
export function createToneScheduler(sound: Sound): ToneScheduler {
  let memory = NO_TONE_YET;
  return {
    play(state, { now, isNight }) {
      const reason = liveness(state, now);
      if (reason === 'connecting') return;
      const sounding = openAlerts(state).filter(
        (alert) => !alert.isQuiet && alert.id !== state.nameChoice?.id,
      );
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
