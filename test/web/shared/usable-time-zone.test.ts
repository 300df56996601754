import { expect, it } from 'vitest';
import { siteClock, siteDay } from '../../../src/web/shared/site-time.ts';
import { usableTimeZone } from '../../../src/web/shared/usable-time-zone.ts';

const NOW = Date.parse('2026-11-22T05:38:30Z');
const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

it('a time zone that the browser does not know is replaced by that of its computer', () => {
  expect(usableTimeZone('Asia/Soul')).toBe(OWN);
  expect(siteClock(NOW, 'Asia/Soul')).toBe(siteClock(NOW, OWN));
  expect(siteDay(NOW, '')).toBe(siteDay(NOW, OWN));
});

it('a time zone that the browser knows stays as it is', () => {
  expect(usableTimeZone('Asia/Seoul')).toBe('Asia/Seoul');
  expect(siteClock(NOW, 'Asia/Seoul')).toBe('14:38');
});

it('a time that no calendar has is empty instead of an error', () => {
  expect(siteClock(Number.NaN, 'Asia/Seoul')).toBe('');
});
