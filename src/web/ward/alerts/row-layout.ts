import type { Alert } from '../../../contract/alert.ts';

export type RowSize = 'high' | 'medium' | 'low';

export interface RowLayout {
  /** How many alerts have a row of their own. */
  readonly rows: number;
  /** How many are named in the last line instead. */
  readonly more: number;
  /** How many acknowledged ones there is room for below. */
  readonly seen: number;
  /** Whether all rows but the first have the low height. */
  readonly isTight: boolean;
}

/**
 * How the rows share the body of a wall screen. Up to three alerts have their own heights; a fourth shrinks all but
 * the first; from the fifth on the last line gives the number of further alerts. The lane of a degraded device takes
 * the space of a row.
 */
export function rowLayout(count: number, hasLane: boolean): RowLayout {
  const full = hasLane ? 2 : 3;
  const tight = hasLane ? 3 : 4;
  if (count === 0) return { rows: 0, more: 0, seen: hasLane ? 0 : 2, isTight: false };
  if (count <= full) return { rows: count, more: 0, seen: (full - count) * 2 + 1, isTight: false };
  if (count <= tight) return { rows: count, more: 0, seen: 0, isTight: true };
  return { rows: tight - 1, more: count - tight + 1, seen: 0, isTight: true };
}

/** Size is priority; an escalated alert is one step larger in the same colour. */
export function rowSize(alert: Alert): RowSize {
  if (alert.state !== 'escalated') return alert.priority;
  return alert.priority === 'low' ? 'medium' : 'high';
}
