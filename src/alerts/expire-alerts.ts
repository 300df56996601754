import type { Alert } from '../contract/alert.ts';
import { revised } from './update-alert.ts';

/**
 * The next revision of every alert that leaves the wards by itself, and of those alone: what was acknowledged
 * `keptMinutes` ago or longer is closed, what was withdrawn so long ago is cleared. What nobody has answered never
 * expires.
 */
export function expireAlerts(alerts: readonly Alert[], now: string, keptMinutes: number): readonly Alert[] {
  return alerts
    .filter((alert) => isOver(answeredAt(alert), now, keptMinutes))
    .map((alert) =>
      revised(alert, { ...alert, state: 'closed', times: { ...alert.times, cleared: now } }, now),
    );
}

/** When somebody answered an alert that is still on the wards. */
function answeredAt({ state, times, withdrawn }: Alert): string | null {
  if (state === 'acknowledged') return times.acknowledged;
  return state === 'closed' && times.cleared === null && withdrawn !== null ? withdrawn.at : null;
}

function isOver(since: string | null, now: string, minutes: number): boolean {
  return since !== null && Date.parse(now) - Date.parse(since) >= minutes * 60_000;
}
