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

export interface EscalationContext {
  readonly policy: EscalationPolicy;
  readonly unwatched: ReadonlySet<string>;
  /** How long ago a time of an alert was, whatever the wall clock did since. */
  readonly elapsedMs: (since: string) => number;
}

const MINUTE_MS = 60_000;

/**
 * The next revision of every alert that has waited too long for an acknowledgement, and of no other: it goes to further
 * wards with a more urgent tone, and both are repeated until it is acknowledged. An alert on an unwatched ward does not
 * wait. Pure.
 */
export function escalateAlerts(
  alerts: readonly Alert[],
  now: string,
  { policy, unwatched, elapsedMs }: EscalationContext,
): readonly Alert[] {
  const seeing = wardsByCase(alerts);
  return alerts.flatMap((alert) => {
    const reason = reasonToEscalate(alert, { policy, unwatched, elapsedMs });
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
  { policy, unwatched, elapsedMs }: EscalationContext,
): NonNullable<Alert['escalation']>['reason'] | null {
  // The first ward is its own, or the one that sees it since its own was removed.
  const own = wards[0] ?? place.ward;
  if (state === 'open' && unwatched.has(own)) return 'not-watched';
  if (state === 'open' && policy.afterMinutes > 0)
    return elapsedMs(times.raised) >= policy.afterMinutes * MINUTE_MS ? 'not-acknowledged' : null;
  if (state !== 'escalated' || escalation === null) return null;
  if (elapsedMs(escalation.at) < policy.repeatMinutes * MINUTE_MS) return null;
  return unwatched.has(own) ? 'not-watched' : 'not-acknowledged';
}

/** The wards that show a case through any of its alerts: one row is enough. */
function wardsByCase(alerts: readonly Alert[]): Map<string, Set<string>> {
  const byCase = Map.groupBy(alerts, ({ caseRef }) => caseRef);
  return new Map([...byCase].map(([caseRef, own]) => [caseRef, new Set(own.flatMap(({ wards }) => wards))]));
}
