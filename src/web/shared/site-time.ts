import type { Language } from '../i18n/words-for.ts';
import { usableTimeZone } from './usable-time-zone.ts';

const DAY_MS = 86_400_000;
/** The Swedish locale formats dates as ISO 8601. */
const ISO_LOCALE = 'sv-SE';
type Style = 'day' | 'clock' | 'both';
const OPTIONS: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  day: { dateStyle: 'short' },
  clock: { timeStyle: 'short' },
  both: { dateStyle: 'short', timeStyle: 'medium' },
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** "14:36" in the site's time zone; a time without an offset is in the site's time zone already. */
export function siteClock(time: number | string, timezone: string): string {
  if (typeof time === 'number') return isoText(time, timezone, 'clock');
  return hasOffset(time) ? isoText(Date.parse(time), timezone, 'clock') : time.slice(11, 16);
}

/** "14:36" for a time of today, "2026-10-22 14:36" for any other: last month's time must not pass for today's. */
export function siteMoment(
  time: number | string,
  { now, timezone }: { readonly now: number; readonly timezone: string },
): string {
  const at = siteInstant(time, timezone);
  return siteDay(at, timezone) === siteDay(now, timezone)
    ? siteClock(at, timezone)
    : siteDateTime(at, timezone);
}

/** Milliseconds since 1970; a time without an offset is in the site's time zone. NaN for an invalid one. */
export function siteInstant(time: number | string, timezone: string): number {
  if (typeof time === 'number') return time;
  if (hasOffset(time)) return Date.parse(time);
  const local = Date.parse(`${time}Z`);
  return Number.isNaN(local) ? local : instantOf(local, timezone);
}

/** "2026-11-22": the day of a time in the site's time zone. */
export function siteDay(time: number, timezone: string): string {
  return isoText(time, timezone, 'day');
}

/** "2026-11-22 14:36" in the site's time zone. */
export function siteDateTime(time: number | string, timezone: string): string {
  return siteTimestamp(time, timezone).slice(0, 16);
}

/** "2026-11-22 14:36:05" in the site's time zone. */
export function siteTimestamp(time: number | string, timezone: string): string {
  return isoText(typeof time === 'number' ? time : Date.parse(time), timezone, 'both');
}

/** "11월 22일 (일)", "Sun 22 Nov". */
export function siteDateText(
  time: number,
  timezone: string,
  { language, locale }: { readonly language: Language; readonly locale: string },
): string {
  const isKorean = language === 'ko';
  const text = cachedFormat(`date ${locale} ${timezone}`, locale, {
    month: isKorean ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
    timeZone: timezone,
  }).format(time);
  return isKorean ? text : text.replace(',', '');
}

/** "11월 22일", "22 Nov": the label of an axis. */
export function siteShortDate(time: number, timezone: string, locale: string): string {
  return cachedFormat(`short ${locale} ${timezone}`, locale, {
    month: 'short',
    day: 'numeric',
    timeZone: timezone,
  }).format(time);
}

/** The first moment of a day in the site's time zone, milliseconds since 1970. */
export function startOfSiteDay(day: string, timezone: string): number {
  return instantOf(Date.parse(`${day}T00:00:00Z`), timezone);
}

/** The day some days before or after. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How much of the site's day has passed, 0…1; null for a time on another day than `now`. */
export function siteDayFraction(time: number, now: number, timezone: string): number | null {
  const [day = '', clock = ''] = siteTimestamp(time, timezone).split(' ');
  if (day !== siteDay(now, timezone)) return null;
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return (((hours * 60 + minutes) * 60 + seconds) * 1000) / DAY_MS;
}

/** The moment at which the site's clock shows what UTC shows at `local`. */
function instantOf(local: number, timezone: string): number {
  // Near a clock change, the offset at the first guess may be that of the neighbouring hour: compute it again.
  const first = local - offsetAt(local, timezone);
  return local - offsetAt(first, timezone);
}

function hasOffset(time: string): boolean {
  return /(Z|[+-]\d\d:?\d\d)$/i.test(time);
}

function offsetAt(time: number, timezone: string): number {
  const text = siteTimestamp(time, timezone);
  return Date.parse(`${text.replace(' ', 'T')}Z`) - Math.floor(time / 1000) * 1000;
}

/** Empty for a time that no calendar has, such as one from a wrong clock that an offset moves past the last day. */
function isoText(time: number, timezone: string, style: Style): string {
  if (Number.isNaN(new Date(time).getTime())) return '';
  const key = `${style} ${timezone}`;
  return cachedFormat(key, ISO_LOCALE, { ...OPTIONS[style], timeZone: timezone }).format(time);
}

/** Cached, since creating a format takes longer than rendering a row of a list. */
function cachedFormat(key: string, locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, usable(options));
  formats.set(key, format);
  return format;
}

function usable(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormatOptions {
  const { timeZone } = options;
  return timeZone === undefined ? options : { ...options, timeZone: usableTimeZone(timeZone) };
}
