import type { Alert } from '../contract/alert.ts';
import { revised } from './update-alert.ts';

/**
 * The next revision of every alert that leaves the wards automatically, and of no other: an alert that was acknowledged
 * at least `closeAfterMinutes` ago is closed, one that was withdrawn as long ago is cleared. An unanswered alert never
 * expires.
 */
export function expireAlerts(
  alerts: readonly Alert[],
  now: string,
  {
    closeAfterMinutes,
    elapsedMs,
  }: {
    readonly closeAfterMinutes: number;
    /** How long ago a time of an alert was, whatever the wall clock did since. */
    readonly elapsedMs: (since: string) => number;
  },
): readonly Alert[] {
  return alerts
    .filter((alert) => {
      const at = answeredAt(alert);
      return at !== null && elapsedMs(at) >= closeAfterMinutes * 60_000;
    })
    .map((alert) =>
      revised(alert, { ...alert, state: 'closed', times: { ...alert.times, cleared: now } }, now),
    );
}

/** When an alert that is still on the wards was answered. */
function answeredAt({ state, times, withdrawn }: Alert): string | null {
  if (state === 'acknowledged') return times.acknowledged;
  return state === 'closed' && times.cleared === null && withdrawn !== null ? withdrawn.at : null;
}
