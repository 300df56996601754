import { TONES } from './tones.ts';
import type { Note, Tone } from './tones.ts';

const ATTACK_S = 0.015;
const PEAK = 0.5;
/** Ten decibels less. */
const PEAK_AT_NIGHT = PEAK * 10 ** (-10 / 20);

/** The loudspeaker of a display. A browser allows it only after a touch, unless its kiosk settings say otherwise. */
export interface Sound {
  isBlocked(): boolean;
  play(tone: Tone, at: { readonly isNight: boolean }): void;
  /** Ends what is sounding, at once. */
  hush(): void;
  /** To be called from a touch or a key: what a browser wants before it lets a page sound. */
  unblock(): Promise<void>;
}

/** Opens the loudspeaker; where the browser has none it is never blocked and never heard. */
export function createSound(): Sound {
  const context = typeof AudioContext === 'undefined' ? null : new AudioContext();
  let playing: OscillatorNode[] = [];

  return {
    isBlocked: () => context !== null && context.state !== 'running',
    play(tone, { isNight }) {
      if (context === null || context.state !== 'running') return;
      playing = TONES[tone].map((note) => startNote(context, note, isNight ? PEAK_AT_NIGHT : PEAK));
    },
    hush() {
      for (const oscillator of playing) oscillator.stop();
      playing = [];
    },
    async unblock() {
      if (context !== null && context.state !== 'running') await context.resume();
    },
  };
}

function startNote(context: AudioContext, note: Note, peak: number): OscillatorNode {
  const start = context.currentTime + note.atMs / 1000;
  const end = start + note.lengthMs / 1000;
  const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: note.hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(peak, start + ATTACK_S);
  gain.gain.setValueAtTime(peak, end - 0.06);
  gain.gain.linearRampToValueAtTime(0, end);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
  return oscillator;
}
