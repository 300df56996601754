import type { Config } from '../../config/schema.ts';
import type { RetentionCutoffs } from '../../store/retention.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The times before which records have expired, by outcome. */
export function retentionCutoffs(retention: Config['store']['retention'], now: number): RetentionCutoffs {
  return {
    fracture: now - retention.fractureDays * DAY_MS,
    noFracture: now - retention.noFractureDays * DAY_MS,
    other: now - retention.otherDays * DAY_MS,
  };
}

/** The time after which no record can have expired, whatever its outcome. */
export function newerThanRetention(retention: Config['store']['retention'], now: number): number {
  const { fracture, noFracture, other } = retentionCutoffs(retention, now);
  return Math.max(fracture, noFracture, other);
}
