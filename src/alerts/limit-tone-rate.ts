import type { Alert } from '../contract/alert.ts';
import { moreUrgent } from './priority-of.ts';
import { revised } from './update-alert.ts';

/** `alerts.rateLimit` of the configuration. */
export interface RatePolicy {
  /** How many alerts of a ward may start to sound within `minutes`; 0: unlimited. */
  readonly count: number;
  readonly minutes: number;
}

/** Whether a ward has reached its limit of sounding alerts. `recent`: its recent alerts, including closed ones. */
export function isBusy(ward: string, recent: readonly Alert[], now: string, policy: RatePolicy): boolean {
  return policy.count > 0 && soundedLately(ward, recent, now, policy) >= policy.count;
}

/**
 * The next revision of every quiet alert that may sound now: as many as the limit of their ward allows, the most urgent
 * first, then the oldest. So the limit delays tones and never drops one.
 */
export function unmuteQuietAlerts(
  alerts: readonly Alert[],
  recent: readonly Alert[],
  now: string,
  policy: RatePolicy,
): readonly Alert[] {
  const quiet = alerts.filter(({ state, isQuiet }) => isQuiet && state === 'open').toSorted(byUrgency);
  const wards = new Set(quiet.map(({ place }) => place.ward));
  return [...wards].flatMap((ward) => {
    const room = policy.count === 0 ? quiet.length : policy.count - soundedLately(ward, recent, now, policy);
    return quiet
      .filter(({ place }) => place.ward === ward)
      .slice(0, Math.max(0, room))
      .map((alert) =>
        revised(alert, { ...alert, isQuiet: false, times: { ...alert.times, sounded: now } }, now),
      );
  });
}

function soundedLately(ward: string, recent: readonly Alert[], now: string, { minutes }: RatePolicy): number {
  return recent.filter(({ place, times }) => {
    if (place.ward !== ward || times.sounded === null) return false;
    return Math.abs(Date.parse(now) - Date.parse(times.sounded)) < minutes * 60_000;
  }).length;
}

function byUrgency(a: Alert, b: Alert): number {
  if (a.priority !== b.priority) return moreUrgent(a.priority, b.priority) === a.priority ? -1 : 1;
  return Date.parse(a.times.raised) - Date.parse(b.times.raised) || (a.id < b.id ? -1 : 1);
}
