import { expect, it } from 'vitest';
import { isNight } from '../../../../src/web/ward/time/is-night.ts';

const SEOUL = 'Asia/Seoul';
const at = (clock: string): number => Date.parse(`2026-11-22T${clock}:00+09:00`);

it('a ward display is dimmed by the clock of the hospital, also across midnight', () => {
  const night = { from: '22:00', until: '06:00' };
  const dark = ['21:59', '22:00', '00:00', '05:59', '06:00'].map((clock) => isNight(at(clock), SEOUL, night));

  expect(dark).toEqual([false, true, true, true, false]);
});

it('a ward display is dimmed within one day, and never if no hours are configured', () => {
  const nap = { from: '13:00', until: '14:00' };

  expect([isNight(at('13:30'), SEOUL, nap), isNight(at('22:30'), SEOUL, nap)]).toEqual([true, false]);
  expect(isNight(at('23:00'), SEOUL, null)).toBe(false);
  expect(isNight(at('22:00'), SEOUL, { from: '22:00', until: '22:00' })).toBe(false);
});
