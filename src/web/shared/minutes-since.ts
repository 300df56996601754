const MINUTE_MS = 60_000;
const MAX_AHEAD_MINUTES = 5;
/** A longer one is the difference of two clocks, one of which was wrong. */
const MAX_MINUTES = 31 * 24 * 60;

/** Whole minutes since a time; null if one of the two times must be from a wrong clock. */
export function minutesSince(since: number | string, now: number): number | null {
  const at = typeof since === 'number' ? since : Date.parse(since);
  const minutes = Math.floor((now - at) / MINUTE_MS);
  return minutes >= -MAX_AHEAD_MINUTES && minutes <= MAX_MINUTES ? Math.max(0, minutes) : null;
}
