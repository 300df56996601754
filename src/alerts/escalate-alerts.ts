import type { Alert } from './alert.ts';
import { revised } from './update-alert.ts';

/** `alerts.escalation` of the configuration. */
export interface EscalationPolicy {
  /** Minutes without an acknowledgement; 0: never. */
  readonly afterMinutes: number;
  readonly repeatMinutes: number;
  readonly wards: readonly string[];
  readonly secondTone: boolean;
}

/**
 * The next revision of every alert that waits too long for an acknowledgement, and of those alone: further wards see
 * it, its tone rises, and both are repeated until somebody answers. An alert of a ward that nobody watches does not
 * wait. A pure function of what is and the time; where the clock jumped back by more than an alert may wait, it counts
 * as late.
 */
export function escalateAlerts(
  alerts: readonly Alert[],
  now: string,
  { policy, unwatched }: { readonly policy: EscalationPolicy; readonly unwatched: ReadonlySet<string> },
): readonly Alert[] {
  return alerts.flatMap((alert) => {
    const reason = reasonToEscalate(alert, now, { policy, unwatched });
    if (reason === null) return [];
    const step = (alert.escalation?.step ?? 0) + 1;
    const escalated: Alert = {
      ...alert,
      state: 'escalated',
      isQuiet: false,
      wards: [...alert.wards, ...furtherWards(alert, alerts, policy)],
      escalation: { step, at: now, reason, isLouder: policy.secondTone },
      times: { ...alert.times, sounded: now },
    };
    return [revised(alert, escalated, now)];
  });
}

function reasonToEscalate(
  { state, times, escalation, place }: Alert,
  now: string,
  { policy, unwatched }: { readonly policy: EscalationPolicy; readonly unwatched: ReadonlySet<string> },
): NonNullable<Alert['escalation']>['reason'] | null {
  if (state === 'open' && unwatched.has(place.ward)) return 'not-watched';
  if (state === 'open' && policy.afterMinutes > 0)
    return hasPassed(times.raised, now, policy.afterMinutes) ? 'not-acknowledged' : null;
  if (state !== 'escalated' || escalation === null) return null;
  if (!hasPassed(escalation.at, now, policy.repeatMinutes)) return null;
  return unwatched.has(place.ward) ? 'not-watched' : 'not-acknowledged';
}

/** Wards that do not see the case yet, by this alert or by one of their own. */
function furtherWards(alert: Alert, all: readonly Alert[], { wards }: EscalationPolicy): readonly string[] {
  const seen = all.filter(({ caseRef }) => caseRef === alert.caseRef).flatMap((other) => other.wards);
  return wards.filter((ward) => !alert.wards.includes(ward) && !seen.includes(ward));
}

function hasPassed(since: string, now: string, minutes: number): boolean {
  return Math.abs(Date.parse(now) - Date.parse(since)) >= minutes * 60_000;
}
