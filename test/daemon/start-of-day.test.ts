import { describe, expect, it } from 'vitest';
import { startOfDay } from '../../src/daemon/start-of-day.ts';

describe('the day of the hospital', () => {
  it('the day begins at midnight of the site, not of UTC', () => {
    const evening = Date.parse('2026-11-22T23:30:15.250Z');

    expect(new Date(startOfDay(evening, 'Asia/Seoul')).toISOString()).toBe('2026-11-22T15:00:00.000Z');
    expect(new Date(startOfDay(evening, 'UTC')).toISOString()).toBe('2026-11-22T00:00:00.000Z');
  });

  it('the start of the day is right in the first minute after midnight', () => {
    const justAfter = Date.parse('2026-11-22T15:00:30Z');

    expect(new Date(startOfDay(justAfter, 'Asia/Seoul')).toISOString()).toBe('2026-11-22T15:00:00.000Z');
  });
});
