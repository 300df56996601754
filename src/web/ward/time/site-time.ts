import type { WardWords } from '../../i18n/ward/en.ts';
import { timeFormat } from './time-format.ts';

const DAY_MS = 86_400_000;

/** "14:32" in the site's time zone; a time stated without an offset is the site's own already. */
export function clockText(time: number | string, timezone: string): string {
  if (typeof time === 'string' && !/(Z|[+-]\d\d:?\d\d)$/i.test(time)) return time.slice(11, 16);
  return timeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: timezone,
  }).format(new Date(time));
}

/** "11월 22일 (일)", "Sun 22 Nov". */
export function dateText(time: number, timezone: string, words: WardWords): string {
  const isKorean = words.language === 'ko';
  const text = timeFormat(words.locale, {
    month: isKorean ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
    timeZone: timezone,
  }).format(new Date(time));
  return isKorean ? text : text.replace(',', '');
}

/** "14:32" for a time of today, "11월 21일 (토) 14:32" for any other: yesterday's time must not pass for today's. */
export function momentText(
  time: string,
  { now, timezone, words }: { readonly now: number; readonly timezone: string; readonly words: WardWords },
): string {
  const clock = clockText(time, timezone);
  const at = Date.parse(time);
  return dayFraction(at, now, timezone) === null ? `${dateText(at, timezone, words)} ${clock}` : clock;
}

/** How much of the site's day has passed, 0…1; null for a time on another day than `now`. */
export function dayFraction(time: number, now: number, timezone: string): number | null {
  const parts = localParts(time, timezone);
  if (parts.day !== localParts(now, timezone).day) return null;
  return parts.ofDayMs / DAY_MS;
}

function localParts(time: number, timezone: string): { readonly day: string; readonly ofDayMs: number } {
  const text = timeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: timezone,
  }).format(new Date(time));
  const [day = '', clock = ''] = text.split(' ');
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return { day, ofDayMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
}
