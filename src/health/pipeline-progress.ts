/** What the stages know; all times in milliseconds of one and the same clock. */
export interface PipelineFacts {
  readonly startedMs: number;
  /** Since when the oldest file that could be worked on has been waiting or in work; null when there is none. */
  readonly oldestWaitingMs: number | null;
  /** When a file last got its result, whatever the result; null before the first. */
  readonly lastFinishedMs: number | null;
  /**
   * When the watcher last came to the end of a rescan of any inbox, also of one it found unreachable: the
   * question is whether the watcher lives, not whether a share is mounted. Null before the first.
   */
  readonly lastRescanMs: number | null;
}

export interface ProgressLimits {
  /** Work is waiting and nothing finished for this long: stuck. Longer than any single file may take. */
  readonly stalledAfterMs: number;
  /** No rescan for this long: the watcher is stuck. A few times the longest `rescanSeconds`. */
  readonly rescanSilentAfterMs: number;
}

export interface Progress {
  readonly isMoving: boolean;
  /** One plain sentence, for /health and `systemctl status`. */
  readonly message: string;
}

/** Decides whether the pipeline moves. An idle pipeline moves; one whose watcher fell silent does not. */
export function pipelineProgress(facts: PipelineFacts, limits: ProgressLimits, nowMs: number): Progress {
  const rescanAgeMs = nowMs - (facts.lastRescanMs ?? facts.startedMs);
  if (rescanAgeMs > limits.rescanSilentAfterMs) {
    return { isMoving: false, message: `The inboxes were not looked through for ${minutes(rescanAgeMs)}.` };
  }
  if (facts.oldestWaitingMs === null) return { isMoving: true, message: 'No image is waiting.' };

  const sinceMs = Math.max(facts.oldestWaitingMs, facts.lastFinishedMs ?? facts.startedMs);
  const idleMs = nowMs - sinceMs;
  if (idleMs > limits.stalledAfterMs) {
    return { isMoving: false, message: `Images are waiting, but none was finished for ${minutes(idleMs)}.` };
  }
  return { isMoving: true, message: 'Images are being worked on.' };
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000)} minutes`;
}
