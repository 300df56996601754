import { siteDay, siteInstant, siteMoment } from './site-time.ts';

/** A time as people read it, and what happened then. */
export interface TakenOrReceived {
  readonly kind: 'taken' | 'received';
  readonly at: string;
}

export interface ImageTimes {
  /** As the file states it: with an offset, or in the site's time zone. */
  readonly acquired: string | null;
  readonly received: number | string;
}

interface SiteNow {
  readonly now: number;
  readonly timezone: string;
}

/** An earlier time is one that a clock shows after its battery is empty. */
const MIN_ACQUIRED = Date.UTC(2001, 0, 1);
/** How much the clocks of the modality and of the device may differ. */
const MAX_CLOCK_DIFFERENCE_MS = 10 * 60_000;

/**
 * When an image was taken: "14:36" today, "2026-10-22 14:36" on any other day. It is the time of receipt if the file
 * states none, or one that cannot be: long before digital radiography, or after the receipt.
 */
export function takenOrReceived(times: ImageTimes, { now, timezone }: SiteNow): TakenOrReceived {
  const acquired = plausibleAcquisition(times, timezone);
  if (acquired === null) return { kind: 'received', at: siteMoment(times.received, { now, timezone }) };
  return { kind: 'taken', at: siteMoment(acquired, { now, timezone }) };
}

/** The day of acquisition if it is not the day of receipt, else null. */
export function earlierDay(times: ImageTimes, timezone: string): string | null {
  const acquired = plausibleAcquisition(times, timezone);
  if (acquired === null) return null;
  const day = siteDay(acquired, timezone);
  return day === siteDay(siteInstant(times.received, timezone), timezone) ? null : day;
}

/** Milliseconds since 1970; null if the file states no time that can be true. */
export function plausibleAcquisition({ acquired, received }: ImageTimes, timezone: string): number | null {
  if (acquired === null) return null;
  const at = siteInstant(acquired, timezone);
  const isPlausible = at >= MIN_ACQUIRED && at <= siteInstant(received, timezone) + MAX_CLOCK_DIFFERENCE_MS;
  return isPlausible ? at : null;
}
