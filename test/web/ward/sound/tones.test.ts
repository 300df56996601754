import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../src/contract/alert.ts';
import { NO_TONE_YET, toneDue } from '../../../../src/web/ward/sound/tones.ts';
import type { Tone } from '../../../../src/web/ward/sound/tones.ts';
import { anAlert } from '../../../support/an-alert.ts';

/** The tones that are played in a number of seconds, checked once a second. */
function listen(
  seconds: number,
  causeAt: (second: number) => { sounding: readonly Alert[]; isLive: boolean },
) {
  const played: [number, Tone][] = [];
  let memory = NO_TONE_YET;
  for (let second = 0; second < seconds; second += 1) {
    const step = toneDue(causeAt(second), 1_000_000 + second * 1000, memory);
    memory = step.memory;
    if (step.due !== null) played.push([second, step.due]);
  }
  return played;
}

describe('the tones of a ward display', () => {
  it.each([
    ['high', [0, 8, 16, 24]],
    ['medium', [0, 30]],
    ['low', [0]],
  ] as const)('repeats %s as often as its priority asks', (priority, expected) => {
    const sounding = [anAlert({ priority })];

    const played = listen(priority === 'medium' ? 59 : 32, () => ({ sounding, isLive: true }));

    expect(played.map(([second]) => second)).toEqual(expected);
  });

  it('rise by one priority when an alert is escalated, unless the hospital has turned that off', () => {
    const escalation = { step: 1, at: '2026-11-22T05:36:00Z', reason: 'not-acknowledged' } as const;
    const toneOf = (isLouder: boolean) =>
      listen(1, () => ({
        sounding: [
          anAlert({ priority: 'medium', state: 'escalated', escalation: { ...escalation, isLouder } }),
          anAlert({ id: 'low', priority: 'low' }),
        ],
        isLive: true,
      }));

    expect(toneOf(true)).toEqual([[0, 'high']]);
    expect(toneOf(false)).toEqual([[0, 'medium']]);
  });

  it('stop on a quiet ward and as soon as the alert is touched', () => {
    const sounding = [anAlert({ priority: 'high' })];

    const played = listen(20, (second) => ({ sounding: second < 5 ? sounding : [], isLive: true }));

    expect(played).toEqual([[0, 'high']]);
  });

  it('play again at once when the alert is open again', () => {
    const sounding = [anAlert({ priority: 'high' })];

    const played = listen(8, (second) => ({ sounding: second === 3 ? [] : sounding, isLive: true }));

    expect(played).toEqual([
      [0, 'high'],
      [4, 'high'],
    ]);
  });

  it('signal with one low note, repeated every 10 min, that the screen is not live', () => {
    const played = listen(1_300, () => ({ sounding: [anAlert({ priority: 'high' })], isLive: false }));

    expect(played).toEqual([
      [0, 'technical'],
      [600, 'technical'],
      [1_200, 'technical'],
    ]);
  });

  it('include one tone for each low alert', () => {
    const first = anAlert({ id: 'a', priority: 'low' });
    const second = anAlert({ id: 'b', priority: 'low' });

    const played = listen(20, (at) => ({ sounding: at < 10 ? [first] : [first, second], isLive: true }));

    expect(played).toEqual([
      [0, 'low'],
      [10, 'low'],
    ]);
  });
});
