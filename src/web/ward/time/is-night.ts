import { siteClock } from '../../shared/site-time.ts';

/** "22:00" to "06:00" in the time zone of the site; it may span midnight. */
export interface NightHours {
  readonly from: string;
  readonly until: string;
}

/** Whether a display is dimmed at a moment. */
export function isNight(time: number, timezone: string, night: NightHours | null): boolean {
  if (night === null || night.from === night.until) return false;
  const clock = siteClock(time, timezone);
  const { from, until } = night;
  return from < until ? clock >= from && clock < until : clock >= from || clock < until;
}
