import type { Alert, Priority } from '../../../contract/alert.ts';

const RANK: Readonly<Record<Priority, number>> = { high: 0, medium: 1, low: 2 };

/** Alerts in display order: by priority, then the oldest first. */
export function orderAlerts(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted(
    (a, b) =>
      RANK[a.priority] - RANK[b.priority] ||
      Date.parse(a.times.received) - Date.parse(b.times.received) ||
      (a.id < b.id ? -1 : 1),
  );
}
