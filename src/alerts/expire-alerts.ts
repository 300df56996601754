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
  closeAfterMinutes: number,
): readonly Alert[] {
  return alerts
    .filter((alert) => isOver(answeredAt(alert), now, closeAfterMinutes))
    .map((alert) =>
      revised(alert, { ...alert, state: 'closed', times: { ...alert.times, cleared: now } }, now),
    );
}

/** When an alert that is still on the wards was answered. */
function answeredAt({ state, times, withdrawn }: Alert): string | null {
  if (state === 'acknowledged') return times.acknowledged;
  return state === 'closed' && times.cleared === null && withdrawn !== null ? withdrawn.at : null;
}

function isOver(since: string | null, now: string, minutes: number): boolean {
  return since !== null && Date.parse(now) - Date.parse(since) >= minutes * 60_000;
}
