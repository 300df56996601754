const DAY_MS = 86_400_000;
type Style = 'day' | 'clock' | 'both';
const OPTIONS: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  day: { dateStyle: 'short' },
  clock: { timeStyle: 'short' },
  both: { dateStyle: 'short', timeStyle: 'medium' },
};
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than drawing a row. */
function format(time: number, timezone: string, style: Style): string {
  const key = `${style} ${timezone}`;
  const kept =
    formats.get(key) ?? new Intl.DateTimeFormat('sv-SE', { ...OPTIONS[style], timeZone: timezone });
  formats.set(key, kept);
  return kept.format(time);
}

/** A day as people write it, `2026-11-22`, of a moment at a place. */
export function siteDay(time: number, timezone: string): string {
  return format(time, timezone, 'day');
}

/** "14:36" at a place; a time stated without an offset is the place's own already. */
export function siteClock(time: number | string, timezone: string): string {
  if (typeof time === 'number') return format(time, timezone, 'clock');
  return /(Z|[+-]\d\d:?\d\d)$/i.test(time) ? format(Date.parse(time), timezone, 'clock') : time.slice(11, 16);
}

/** The first moment of a day at a place, milliseconds since 1970. */
export function startOfSiteDay(day: string, timezone: string): number {
  const guess = Date.parse(`${day}T00:00:00Z`);
  // The offset of the place at the guess may be that of the day before or after a change of clocks: look once more.
  const first = guess - offsetAt(guess, timezone);
  return guess - offsetAt(first, timezone);
}

/** The day some days before or after. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** "2026-11-22 14:36" at a place. */
export function siteDateTime(time: number | string, timezone: string): string {
  return format(typeof time === 'number' ? time : Date.parse(time), timezone, 'both').slice(0, 16);
}

function offsetAt(time: number, timezone: string): number {
  const text = format(time, timezone, 'both');
  return Date.parse(`${text.replace(' ', 'T')}Z`) - Math.floor(time / 1000) * 1000;
}
