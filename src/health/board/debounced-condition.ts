export interface DebounceOptions {
  /** How long something must be there, without being gone meanwhile, until it counts. */
  readonly raiseMs: number;
  /** How long it must be gone, without being there meanwhile, until it is over. */
  readonly endMs: number;
}

/** What one look saw: it is there, it is gone, or it lies between the two limits, where nothing changes. */
export type Observation = 'there' | 'gone' | 'between';

/** Gives a function that says, look by look, whether something lasts: what comes and goes does not flutter. */
export function createDebouncedCondition({
  raiseMs,
  endMs,
}: DebounceOptions): (look: Observation, nowMs: number) => boolean {
  let lasts = false;
  let otherwiseSinceMs: number | null = null;
  return (look, nowMs) => {
    if (look === 'between') return lasts;
    if (look === (lasts ? 'there' : 'gone')) {
      otherwiseSinceMs = null;
      return lasts;
    }
    otherwiseSinceMs ??= nowMs;
    if (nowMs - otherwiseSinceMs >= (lasts ? endMs : raiseMs)) {
      lasts = !lasts;
      otherwiseSinceMs = null;
    }
    return lasts;
  };
}
