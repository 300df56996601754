/** The program is newer: a clock before this is wrong. */
export const EARLIEST_CLOCK = Date.parse('2026-01-01T00:00:00Z');

/**
 * Why a clock cannot be right. `early`: before this program was made; `behind`: before the last time that was plausible;
 * `ahead`: later than the time that can have passed since.
 */
export type ClockFault = 'early' | 'behind' | 'ahead';

export interface ClockFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The last time at which the clock was plausible; null before the first. */
  readonly lastPlausibleAt: number | null;
  /** Whether it was watched since then, without a restart, so that no long pause explains a gap. */
  readonly isWatched: boolean;
  /** The implausible time at which the present doubt began; null: none. */
  readonly implausibleSince: number | null;
  /** Whether it is synchronised with a time server; null: unknown. */
  readonly isSynchronised: boolean | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Small corrections backwards are normal. */
const MAX_BEHIND_MS = 10 * MINUTE_MS;
const MAX_AHEAD_WATCHED_MS = HOUR_MS;
/** A device may be switched off for weeks; for longer, a time server or a person confirms the clock. */
const MAX_AHEAD_MS = 60 * 24 * HOUR_MS;

/** Whether a clock is plausible (null), and if not, why. Pure. */
export function evaluateClock({
  now,
  lastPlausibleAt,
  isWatched,
  implausibleSince,
  isSynchronised,
}: ClockFacts): ClockFault | null {
  if (now < EARLIEST_CLOCK) return 'early';
  if (isSynchronised === true || lastPlausibleAt === null) return null;
  if (now < lastPlausibleAt - MAX_BEHIND_MS) return 'behind';
  // A clock that was set back since then is evaluated like one after a pause.
  const isSameDoubt = implausibleSince !== null && now >= implausibleSince - MAX_BEHIND_MS;
  const maxAheadMs = isWatched || isSameDoubt ? MAX_AHEAD_WATCHED_MS : MAX_AHEAD_MS;
  return now > lastPlausibleAt + maxAheadMs ? 'ahead' : null;
}
