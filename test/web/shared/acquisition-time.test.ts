import { describe, expect, it } from 'vitest';
import { earlierDay, takenOrReceived } from '../../../src/web/shared/acquisition-time.ts';
import { siteInstant, siteMoment } from '../../../src/web/shared/site-time.ts';

const timezone = 'Asia/Seoul';
/** 14:38 on 22 November in Seoul. */
const now = Date.parse('2026-11-22T05:38:00Z');
const received = '2026-11-22T05:36:00Z';

describe('when an image was taken', () => {
  it.each([
    ['an acquisition of today is its time', '2026-11-22T05:30:00Z', 'taken', '14:30'],
    ['one without an offset is in the time zone of the site', '2026-11-22T14:30:00', 'taken', '14:30'],
    ['one of last month has its date', '2026-10-22T05:30:00Z', 'taken', '2026-10-22 14:30'],
    ['one of yesterday has its date', '2026-11-21T23:50:00', 'taken', '2026-11-21 23:50'],
    [
      'after midnight in Seoul it is today, although it is yesterday in UTC',
      '2026-11-21T15:10:00Z',
      'taken',
      '00:10',
    ],
    ['a missing one is the time of receipt', null, 'received', '14:36'],
    ['one of 1900 is the time of receipt', '1900-01-01T00:00:00', 'received', '14:36'],
    ['one of a clock without a battery is the time of receipt', '2000-01-01T00:07:00', 'received', '14:36'],
    ['one after the receipt is the time of receipt', '2026-11-22T06:30:00Z', 'received', '14:36'],
    ['one of next year is the time of receipt', '2027-11-22T05:30:00Z', 'received', '14:36'],
    ['a clock that is two minutes fast is believed', '2026-11-22T05:38:00Z', 'taken', '14:38'],
    ['one that is no time is the time of receipt', 'yesterday', 'received', '14:36'],
  ])('%s', (_, acquired, kind, at) => {
    expect(takenOrReceived({ acquired, received }, { now, timezone })).toEqual({ kind, at });
  });

  it('a receipt of another day has its date', () => {
    const old = '2026-11-20T05:36:00Z';

    expect(takenOrReceived({ acquired: null, received: old }, { now, timezone }).at).toBe('2026-11-20 14:36');
  });

  it('the list names the day of acquisition only if it is not the day of receipt', () => {
    expect(earlierDay({ acquired: '2026-10-22T14:30:00', received }, timezone)).toBe('2026-10-22');
    expect(earlierDay({ acquired: '2026-11-22T08:30:00', received }, timezone)).toBeNull();
    expect(earlierDay({ acquired: '1900-01-01T08:30:00', received }, timezone)).toBeNull();
  });
});

describe('a moment of the site', () => {
  it('is a clock time today and a date with a time on any other day', () => {
    expect(siteMoment(received, { now, timezone })).toBe('14:36');
    expect(siteMoment(now - 86_400_000, { now, timezone })).toBe('2026-11-21 14:38');
  });

  it('without an offset is local, also where the clock changes', () => {
    expect(new Date(siteInstant('2026-10-25T12:00:00', 'Europe/Berlin')).toISOString()).toBe(
      '2026-10-25T11:00:00.000Z',
    );
    expect(new Date(siteInstant('2026-10-24T12:00:00', 'Europe/Berlin')).toISOString()).toBe(
      '2026-10-24T10:00:00.000Z',
    );
    expect(siteInstant('nonsense', 'Europe/Berlin')).toBeNaN();
  });
});
