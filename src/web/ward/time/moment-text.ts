import type { WardWords } from '../../i18n/ward/en.ts';
import { siteClock, siteDateText, siteDayFraction } from '../../shared/site-time.ts';

/** "14:32" for a time of today, "11월 21일 (토) 14:32" for any other: yesterday's time must not pass for today's. */
export function momentText(
  time: string,
  { now, timezone, words }: { readonly now: number; readonly timezone: string; readonly words: WardWords },
): string {
  const clock = siteClock(time, timezone);
  const at = Date.parse(time);
  const isToday = siteDayFraction(at, now, timezone) !== null;
  return isToday ? clock : `${siteDateText(at, timezone, words)} ${clock}`;
}
