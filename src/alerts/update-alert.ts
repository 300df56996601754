import type { Alert } from '../contract/alert.ts';
import { moreSerious, type StudySummary } from './fold-study.ts';
import { isEqualJson } from './equal-json.ts';
import { joinSites, lateralityOf } from './join-sites.ts';
import { moreUrgent, priorityOf, type PriorityPolicy } from './priority-of.ts';

export interface AlertContext {
  readonly place: Alert['place'];
  readonly caseRef: string;
  readonly priorities: PriorityPolicy;
  /** Whether the ward has reached `alerts.rateLimit`. */
  readonly isBusy: boolean;
  /** RFC 3339, UTC. */
  readonly now: string;
  /** A new ULID. */
  newId(): string;
}

/**
 * The alert of one study on one ward after another of its images was analysed. `current` is the last alert of that
 * study on that ward, including closed ones. The first image with a finding raises it; later ones update it; images
 * without a finding never lower or close it. Whatever the acknowledgement did not cover (a higher priority or outcome,
 * another site; after closing or withdrawing any further finding) opens it again; a closed one stores what is not news,
 * for when it opens again. Returns the same object if nothing visible changed, null if there never was a finding.
 *
 * `times.published` is the time at which this revision was created: its messages are built in the same transaction, and
 * a connected broker has them milliseconds later.
 */
export function updateAlert(current: Alert | null, study: StudySummary, context: AlertContext): Alert | null {
  if (current === null)
    return study.outcome === 'no-fracture-detected' ? null : raised(study, study.outcome, context);
  const next = merged(current, study, context.priorities);
  const isRise = hasNews(current, next, study);
  const isClosed = current.state === 'closed';
  if (isClosed && next.images.withFindings <= current.images.withFindings && !isRise)
    return withLaterFindings(current, next, context.now);
  if (!isClosed && !isRise) return isEqualJson(next, current) ? current : revised(current, next, context.now);
  const isAnswered = isClosed || current.state === 'acknowledged';
  const isQuiet = !isRise && mayBeSilent(next, context);
  const opened = isAnswered ? unacknowledged(next, context.now) : next;
  return revised(
    current,
    {
      ...opened,
      isQuiet,
      newsRev: current.rev + 1,
      times: { ...opened.times, sounded: isQuiet ? opened.times.sounded : context.now },
    },
    context.now,
  );
}

/** The next revision of an alert, created at `now`. */
export function revised(current: Alert, changed: Alert, now: string): Alert {
  return { ...changed, rev: current.rev + 1, times: { ...changed.times, published: now } };
}

/** Reopens an alert, as unacknowledged from now on; one that had left the wards starts again on its own ward only. */
export function unacknowledged(alert: Alert, now: string): Alert {
  const hasLeft = alert.state === 'closed' && alert.times.cleared !== null;
  return {
    ...alert,
    state: 'open',
    wards: hasLeft ? [alert.place.ward] : alert.wards,
    acknowledgedBy: null,
    escalation: null,
    withdrawn: null,
    times: { ...alert.times, raised: now, acknowledged: null, cleared: null },
  };
}

/**
 * A closed alert with the sites and confidence of a file that was written again. If a later write of the file opens the
 * alert again, these would otherwise be missing from it.
 */
function withLaterFindings(closed: Alert, { sites, confidence }: Alert, now: string): Alert {
  const laterality = lateralityOf(sites, closed.bodyPart);
  const updated = { ...closed, sites, laterality, confidence };
  return isEqualJson(updated, closed) ? closed : revised(closed, updated, now);
}

function raised(study: StudySummary, outcome: Alert['outcome'], context: AlertContext): Alert {
  const priority = priorityOf(outcome, study.bodyParts, context.priorities);
  const isQuiet = mayBeSilent({ outcome, priority }, context);
  return {
    schema: 'bonewatch.alert/1',
    id: context.newId(),
    rev: 1,
    newsRev: 1,
    state: 'open',
    priority,
    outcome,
    confidence: study.confidence,
    bodyPart: study.bodyPart,
    laterality: study.laterality,
    sites: study.sites,
    place: context.place,
    wards: [context.place.ward],
    isQuiet,
    escalation: null,
    withdrawn: null,
    caseRef: context.caseRef,
    images: study.images,
    times: {
      acquired: study.acquiredAt,
      received: study.receivedAt,
      inferred: study.inferredAt,
      published: context.now,
      raised: context.now,
      sounded: isQuiet ? null : context.now,
      acknowledged: null,
      cleared: null,
    },
    acknowledgedBy: null,
    models: study.models,
    degraded: study.degraded,
    ...uncertainty(study),
    notForDiagnosis: true,
  };
}

/** Only a suspected fracture that is not urgent may arrive without a tone. */
function mayBeSilent({ outcome, priority }: Pick<Alert, 'outcome' | 'priority'>, { isBusy }: AlertContext) {
  return isBusy && outcome === 'fracture-suspected' && priority !== 'high';
}

/** Merges a study's current summary into its alert; never lowers a value. */
function merged(current: Alert, study: StudySummary, priorities: PriorityPolicy): Alert {
  const images = {
    count: Math.max(current.images.count, study.images.count),
    withFindings: Math.max(current.images.withFindings, study.images.withFindings),
  };
  if (study.outcome === 'no-fracture-detected') return { ...current, images };
  const outcome = moreSerious(current.outcome, study.outcome);
  const bodyPart = study.bodyPart ?? current.bodyPart;
  const { sites } = joinSites(current.sites, study.sites);
  return {
    ...current,
    outcome,
    images,
    priority: moreUrgent(current.priority, priorityOf(outcome, study.bodyParts, priorities)),
    confidence: Math.max(current.confidence, study.confidence),
    bodyPart,
    laterality: lateralityOf(sites, bodyPart),
    sites,
    models: study.models,
    degraded: study.degraded,
    ...uncertainty(study),
  };
}

/** Once an alert has it, it stays. */
function uncertainty({ isPictureUncertain }: StudySummary): Pick<Alert, 'isPictureUncertain'> {
  return isPictureUncertain ? { isPictureUncertain } : {};
}

/** Whether `after` contains something that a person who saw `before` does not know. */
function hasNews(before: Alert, after: Alert, study: StudySummary): boolean {
  return (
    after.priority !== before.priority ||
    after.outcome !== before.outcome ||
    joinSites(before.sites, study.sites).isWider
  );
}
