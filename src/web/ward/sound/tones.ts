import type { Alert, Priority } from '../../../contract/alert.ts';
import { rowSize } from '../alerts/row-layout.ts';

export type Tone = 'high' | 'medium' | 'low' | 'technical';

export interface Note {
  readonly hertz: number;
  /** From the start of the pattern. */
  readonly atMs: number;
  readonly lengthMs: number;
}

/** The tones that have been played: a tone repeats only while its cause lasts. */
export interface ToneMemory {
  readonly tone: Tone | null;
  readonly playedAt: number;
  /** Low alerts that have had their one tone. */
  readonly played: ReadonlySet<string>;
}

export const NO_TONE_YET: ToneMemory = { tone: null, playedAt: 0, played: new Set() };

const REPEAT_MS: Readonly<Record<Tone, number>> = {
  high: 8_000,
  medium: 30_000,
  low: Number.POSITIVE_INFINITY,
  technical: 600_000,
};

/** High: three notes and two; medium: three; low: two; technical: one low note. */
export const TONES: Readonly<Record<Tone, readonly Note[]>> = {
  high: [
    { hertz: 784, atMs: 0, lengthMs: 150 },
    { hertz: 784, atMs: 220, lengthMs: 150 },
    { hertz: 988, atMs: 440, lengthMs: 180 },
    { hertz: 784, atMs: 980, lengthMs: 150 },
    { hertz: 988, atMs: 1_200, lengthMs: 220 },
  ],
  medium: [
    { hertz: 587, atMs: 0, lengthMs: 200 },
    { hertz: 659, atMs: 300, lengthMs: 200 },
    { hertz: 587, atMs: 600, lengthMs: 240 },
  ],
  low: [
    { hertz: 523, atMs: 0, lengthMs: 220 },
    { hertz: 440, atMs: 320, lengthMs: 280 },
  ],
  technical: [{ hertz: 196, atMs: 0, lengthMs: 500 }],
};

/** The tone that is due now, and the new memory. `sounding` are the open, untouched alerts without the quiet ones. */
export function toneDue(
  cause: { readonly sounding: readonly Alert[]; readonly isLive: boolean },
  now: number,
  memory: ToneMemory,
): { readonly due: Tone | null; readonly memory: ToneMemory } {
  const tone = wantedTone(cause, memory);
  const played = new Set([...memory.played].filter((id) => cause.sounding.some((alert) => alert.id === id)));
  if (tone === null) return { due: null, memory: { tone: null, playedAt: memory.playedAt, played } };
  const isRepeat = memory.tone === tone && tone !== 'low';
  if (isRepeat && now - memory.playedAt < REPEAT_MS[tone])
    return { due: null, memory: { ...memory, played } };
  if (tone !== 'technical') for (const alert of cause.sounding) played.add(alert.id);
  return { due: tone, memory: { tone, playedAt: now, played } };
}

/** An escalated alert sounds like one of the next priority, unless the hospital has turned that off. */
function toneOf(alert: Alert): Priority {
  return alert.escalation?.isLouder === false ? alert.priority : rowSize(alert);
}

function wantedTone(
  cause: { readonly sounding: readonly Alert[]; readonly isLive: boolean },
  memory: ToneMemory,
): Tone | null {
  if (!cause.isLive) return 'technical';
  const tones = new Set(cause.sounding.map(toneOf));
  const loudest = (['high', 'medium', 'low'] as const).find((tone) => tones.has(tone));
  if (loudest !== 'low') return loudest ?? null;
  return cause.sounding.some((alert) => !memory.played.has(alert.id)) ? 'low' : null;
}
