import { TONES } from './tones.ts';
import type { Note, Tone } from './tones.ts';

const ATTACK_S = 0.015;
const PEAK = 0.5;
/** Ten decibels less. */
const PEAK_AT_NIGHT = PEAK * 10 ** (-10 / 20);

/** The loudspeaker of a display. A browser allows it only after a touch, unless its kiosk settings allow it from the start. */
export interface Sound {
  /** Opens the loudspeaker, which takes a slow computer a quarter of a second. */
  open(): void;
  /** Null: not opened yet. */
  isBlocked(): boolean | null;
  play(tone: Tone, at: { readonly isNight: boolean }): void;
  /** Stops the tone at once. */
  silence(): void;
  /** Call from a touch or a key: browsers require one before a page may play sound. */
  unblock(): Promise<void>;
}

/** The loudspeaker, opened on first use; in a browser without audio it is never blocked and plays nothing. */
export function createSound(): Sound {
  let opened: { readonly context: AudioContext | null } | null = null;
  let playing: OscillatorNode[] = [];

  function open(): AudioContext | null {
    opened ??= { context: typeof AudioContext === 'undefined' ? null : new AudioContext() };
    return opened.context;
  }

  return {
    open: () => void open(),
    isBlocked() {
      if (opened === null) return null;
      return opened.context !== null && opened.context.state !== 'running';
    },
    play(tone, { isNight }) {
      const context = open();
      if (context === null || context.state !== 'running') return;
      playing = TONES[tone].map((note) => startNote(context, note, isNight ? PEAK_AT_NIGHT : PEAK));
    },
    silence() {
      for (const oscillator of playing) oscillator.stop();
      playing = [];
    },
    async unblock() {
      const context = open();
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
