export interface DebounceOptions {
  /** How long a condition must be present, without being absent meanwhile, until it starts. */
  readonly raiseMs: number;
  /** How long it must be absent, without being present meanwhile, until it ends. */
  readonly endMs: number;
}

/** One observation of the condition; `between` the two limits changes nothing. */
export type Observation = 'present' | 'absent' | 'between';

/** Returns a function that takes one observation at a time and returns whether the condition lasts; it never flaps. */
export function createDebouncedCondition({
  raiseMs,
  endMs,
}: DebounceOptions): (observation: Observation, nowMs: number) => boolean {
  let lasts = false;
  let otherwiseSinceMs: number | null = null;
  return (observation, nowMs) => {
    if (observation === 'between') return lasts;
    if (observation === (lasts ? 'present' : 'absent')) {
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
