import type { Alert } from './alert.ts';
import { revised } from './update-alert.ts';

/**
 * Closes the alerts that were acknowledged `keptMinutes` ago or longer, and returns those alone. What nobody has
 * acknowledged never expires.
 */
export function expireAlerts(alerts: readonly Alert[], now: string, keptMinutes: number): readonly Alert[] {
  return alerts
    .filter((alert) => isExpired(alert, now, keptMinutes))
    .map((alert) => revised(alert, { ...alert, state: 'closed' }, now));
}

function isExpired({ state, times }: Alert, now: string, keptMinutes: number): boolean {
  if (state !== 'acknowledged' || times.acknowledged === null) return false;
  return Date.parse(now) - Date.parse(times.acknowledged) >= keptMinutes * 60_000;
}
