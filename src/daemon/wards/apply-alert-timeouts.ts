import type { Alert } from '../../contract/alert.ts';
import { escalateAlerts } from '../../alerts/escalate-alerts.ts';
import type { ElapsedTimes } from '../../alerts/elapsed-times.ts';
import { expireAlerts } from '../../alerts/expire-alerts.ts';
import { unmuteQuietAlerts } from '../../alerts/limit-tone-rate.ts';
import type { AlertCommandDeps } from './handle-alert-command.ts';
import type { Config } from '../../config/schema.ts';
import { alertMessages } from '../../publish/messages/alert-messages.ts';
import type { AuditEntry } from '../../contract/audit-entry.ts';

export interface AlertTimeoutDeps extends AlertCommandDeps {
  readonly config: Pick<Config, 'alerts'>;
  /** Waits are counted across jumps of the clock. */
  readonly elapsedTimes: ElapsedTimes;
}

interface Change {
  readonly kind: string;
  readonly before: Alert;
  readonly after: Alert;
}

/**
 * Applies the timeouts of alerts in one transaction: closes those acknowledged long enough ago, escalates unacknowledged
 * ones, and lets quiet ones sound within the rate limit. Returns how many changed.
 */
export function applyAlertTimeouts(options: AlertTimeoutDeps, unwatched: ReadonlySet<string>): number {
  const { store, origin } = options;
  if (dueChanges(options, unwatched).length === 0) return 0;
  // Another process may have acknowledged meanwhile: reads and writes happen under the write lock.
  return store.atomically(() => {
    const changes = dueChanges(options, unwatched);
    for (const change of changes) {
      const { before, after } = change;
      store.recordAlertChange(after, alertMessages(origin, before, after), auditOf(change));
    }
    return changes.length;
  });
}

/** At most one change of an alert; the next call makes the next one. */
function dueChanges(
  { store, clock, config, elapsedTimes }: AlertTimeoutDeps,
  unwatched: ReadonlySet<string>,
): Change[] {
  const { escalation: policy, rateLimit, closeAfterMinutes } = config.alerts;
  const now = new Date(clock.now()).toISOString();
  const elapsedMs = (since: string): number => elapsedTimes.since(since);
  const shown = new Map(store.alerts.shown().map((alert) => [alert.id, alert]));
  if (shown.size === 0) return [];
  const alerts = [...shown.values()];
  const expired = expireAlerts(alerts, now, { closeAfterMinutes, elapsedMs });
  const escalated = escalateAlerts(alerts, now, { policy, unwatched, elapsedMs });
  const changed = new Map([...expired, ...escalated].map((alert) => [alert.id, alert]));
  const present = alerts.map((alert) => changed.get(alert.id) ?? alert);
  const recent = store.alerts
    .changedSince(clock.now() - rateLimit.minutes * 60_000)
    .map((alert) => changed.get(alert.id) ?? alert);
  const sounding = present.some(({ isQuiet }) => isQuiet)
    ? unmuteQuietAlerts(present, recent, now, rateLimit)
    : [];
  const named = [
    ...expired.map((after) => ({ kind: kindOfEnd(after), after })),
    ...escalated.map((after) => ({ kind: 'alert-escalated', after })),
    ...sounding.map((after) => ({ kind: 'alert-sounded', after })),
  ];
  return named.flatMap(({ kind, after }) => {
    const before = shown.get(after.id);
    return before === undefined ? [] : [{ kind, before, after }];
  });
}

function kindOfEnd({ withdrawn }: Alert): string {
  return withdrawn === null ? 'alert-closed' : 'alert-cleared';
}

function auditOf({ kind, after }: Change): AuditEntry {
  const { id: subject, rev, place, times, escalation, wards } = after;
  const steps =
    kind === 'alert-escalated' && escalation !== null
      ? { reason: escalation.reason, step: escalation.step, wards: wards.join(' ') }
      : {};
  return {
    at: times.published ?? times.received,
    kind,
    actor: 'bonewatch',
    subject,
    detail: { ward: place.ward, rev, ...steps },
  };
}
