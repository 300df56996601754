import type { Alert, Priority } from '../contract/alert.ts';

/** `alerts.priorities` of the configuration. */
export interface PriorityPolicy {
  readonly detected: Priority;
  readonly suspected: Priority;
  /** The lowest priority that an alert of a body part may have. */
  readonly bodyParts: Readonly<Partial<Record<string, Priority>>>;
}

const URGENCY: Readonly<Record<Priority, number>> = { low: 0, medium: 1, high: 2 };

/** The priority of an outcome in these body parts: the most urgent of the outcome's and the body parts' priorities. */
export function priorityOf(
  outcome: Alert['outcome'],
  bodyParts: readonly string[],
  policy: PriorityPolicy,
): Priority {
  const own = outcome === 'fracture-detected' ? policy.detected : policy.suspected;
  return bodyParts.reduce<Priority>(
    (priority, part) => moreUrgent(priority, policy.bodyParts[part] ?? 'low'),
    own,
  );
}

export function moreUrgent(a: Priority, b: Priority): Priority {
  return URGENCY[a] >= URGENCY[b] ? a : b;
}
