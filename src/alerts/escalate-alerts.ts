import type { Alert } from '../contract/alert.ts';
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
 * The next revision of every alert that has waited too long for an acknowledgement, and of no other: it goes to further
 * wards with a more urgent tone, and both are repeated until it is acknowledged. An alert on an unwatched ward does not
 * wait. Pure. If the clock was set back by more than the waiting time, the alert counts as late.
 */
export function escalateAlerts(
  alerts: readonly Alert[],
  now: string,
  { policy, unwatched }: { readonly policy: EscalationPolicy; readonly unwatched: ReadonlySet<string> },
): readonly Alert[] {
  const seeing = wardsByCase(alerts);
  return alerts.flatMap((alert) => {
    const reason = reasonToEscalate(alert, now, { policy, unwatched });
    if (reason === null) return [];
    const step = (alert.escalation?.step ?? 0) + 1;
    const seen = seeing.get(alert.caseRef) ?? new Set();
    const further = policy.wards.filter((ward) => !seen.has(ward));
    for (const ward of further) seen.add(ward);
    const escalated: Alert = {
      ...alert,
      state: 'escalated',
      isQuiet: false,
      wards: [...alert.wards, ...further],
      escalation: { step, at: now, reason, isLouder: policy.secondTone },
      times: { ...alert.times, sounded: now },
    };
    return [revised(alert, escalated, now)];
  });
}

function reasonToEscalate(
  { state, times, escalation, wards, place }: Alert,
  now: string,
  { policy, unwatched }: { readonly policy: EscalationPolicy; readonly unwatched: ReadonlySet<string> },
): NonNullable<Alert['escalation']>['reason'] | null {
  // The first ward is its own, or the one that sees it since its own was removed.
  const own = wards[0] ?? place.ward;
  if (state === 'open' && unwatched.has(own)) return 'not-watched';
  if (state === 'open' && policy.afterMinutes > 0)
    return hasPassed(times.raised, now, policy.afterMinutes) ? 'not-acknowledged' : null;
  if (state !== 'escalated' || escalation === null) return null;
  if (!hasPassed(escalation.at, now, policy.repeatMinutes)) return null;
  return unwatched.has(own) ? 'not-watched' : 'not-acknowledged';
}

/** The wards that show a case through any of its alerts: one row is enough. */
function wardsByCase(alerts: readonly Alert[]): Map<string, Set<string>> {
  const byCase = Map.groupBy(alerts, ({ caseRef }) => caseRef);
  return new Map([...byCase].map(([caseRef, own]) => [caseRef, new Set(own.flatMap(({ wards }) => wards))]));
}

function hasPassed(since: string, now: string, minutes: number): boolean {
  return Math.abs(Date.parse(now) - Date.parse(since)) >= minutes * 60_000;
}
