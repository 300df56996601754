import type { Alert } from './alert.ts';
import { moreSerious, type StudySummary } from './fold-study.ts';
import { isSame } from './is-same.ts';
import { moreUrgent, priorityOf, type PriorityPolicy } from './priority-of.ts';

export interface AlertContext {
  readonly place: Alert['place'];
  readonly caseRef: string;
  readonly priorities: PriorityPolicy;
  /** RFC 3339, UTC. */
  readonly now: string;
  /** A new ULID. */
  newId(): string;
}

/**
 * The alert of one study on one ward after another of its images was analysed. `current` is the last alert of that
 * study on that ward, closed ones included. The first image with a finding makes it; later ones update it; images
 * without a finding never lower, close or forget anything. What an acknowledgement did not cover (a higher priority or
 * outcome, another body part, another side; after closing any further finding) opens it again. The very same object
 * comes back when nothing visible changed, null when there never was a finding.
 *
 * `times.published` is the moment this revision was made: its messages are built in the same transaction, and the
 * broker has them milliseconds later if it is there.
 */
export function updateAlert(current: Alert | null, study: StudySummary, context: AlertContext): Alert | null {
  if (current === null)
    return study.outcome === 'no-fracture-detected' ? null : raised(study, study.outcome, context);
  const next = merged(current, study, context.priorities);
  if (
    current.state === 'closed' &&
    next.images.withFindings <= current.images.withFindings &&
    !isRise(current, next)
  )
    return current;
  const reopened = isCovered(current, next) ? next : unacknowledged(next);
  return isSame(reopened, current) ? current : revised(current, reopened, context.now);
}

/** The next revision of an alert, of which `times.published` is the moment. */
export function revised(current: Alert, changed: Alert, now: string): Alert {
  return { ...changed, rev: current.rev + 1, times: { ...changed.times, published: now } };
}

/** An alert that nobody has seen. */
export function unacknowledged(alert: Alert): Alert {
  return { ...alert, state: 'open', acknowledgedBy: null, times: { ...alert.times, acknowledged: null } };
}

function raised(study: StudySummary, outcome: Alert['outcome'], context: AlertContext): Alert {
  return {
    schema: 'bonewatch.alert/1',
    id: context.newId(),
    rev: 1,
    state: 'open',
    priority: priorityOf(outcome, study.bodyParts, context.priorities),
    outcome,
    confidence: study.confidence,
    bodyPart: study.bodyPart,
    laterality: study.laterality,
    place: context.place,
    caseRef: context.caseRef,
    images: study.images,
    times: {
      acquired: study.acquiredAt,
      received: study.receivedAt,
      inferred: study.inferredAt,
      published: context.now,
      acknowledged: null,
    },
    acknowledgedBy: null,
    models: study.models,
    degraded: study.degraded,
    notForDiagnosis: true,
  };
}

/** Takes in what a study says now without ever going back on what was said before. */
function merged(current: Alert, study: StudySummary, priorities: PriorityPolicy): Alert {
  const images = {
    count: Math.max(current.images.count, study.images.count),
    withFindings: Math.max(current.images.withFindings, study.images.withFindings),
  };
  if (study.outcome === 'no-fracture-detected') return { ...current, images };
  const outcome = moreSerious(current.outcome, study.outcome);
  return {
    ...current,
    outcome,
    images,
    priority: moreUrgent(current.priority, priorityOf(outcome, study.bodyParts, priorities)),
    confidence: Math.max(current.confidence, study.confidence),
    bodyPart: study.bodyPart ?? current.bodyPart,
    laterality: study.laterality ?? current.laterality,
    models: study.models,
    degraded: study.degraded,
  };
}

/** Whether whoever acknowledged the alert (or nobody, who has nothing to take back) knew what it says now. */
function isCovered(current: Alert, next: Alert): boolean {
  if (current.state === 'open' || current.state === 'escalated') return true;
  return current.state === 'acknowledged' && !isRise(current, next);
}

function isRise(before: Alert, after: Alert): boolean {
  return (
    after.priority !== before.priority ||
    after.outcome !== before.outcome ||
    (before.bodyPart !== null && after.bodyPart !== before.bodyPart) ||
    (before.laterality !== null && after.laterality !== before.laterality)
  );
}
