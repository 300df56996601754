/** Facts from the stages; all times in milliseconds of the same clock. */
export interface PipelineFacts {
  readonly startedMs: number;
  /** Since when the oldest ready file has been waiting or in progress; null if there is none. */
  readonly oldestWaitingMs: number | null;
  /** When a file last got a result of any kind; null before the first. */
  readonly lastFinishedMs: number | null;
  /**
   * When the watcher last completed a rescan of any inbox, including an unreachable one: this is about the
   * liveness of the watcher, not about mounted shares. Null before the first.
   */
  readonly lastRescanMs: number | null;
}

export interface ProgressLimits {
  /** Stuck if files wait and none was finished for this long. Longer than any single file may take. */
  readonly stalledAfterMs: number;
  /** The watcher is stuck if it has not rescanned for this long. A few times the longest `rescanSeconds`. */
  readonly rescanSilentAfterMs: number;
}

export interface Progress {
  readonly isMoving: boolean;
  /** One plain sentence, for /health and `systemctl status`. */
  readonly message: string;
}

/** Decides whether the pipeline makes progress. An idle one does, unless its watcher has stopped rescanning. */
export function pipelineProgress(facts: PipelineFacts, limits: ProgressLimits, nowMs: number): Progress {
  const rescanAgeMs = nowMs - (facts.lastRescanMs ?? facts.startedMs);
  if (rescanAgeMs > limits.rescanSilentAfterMs) {
    return { isMoving: false, message: `The inboxes have not been rescanned for ${minutes(rescanAgeMs)}.` };
  }
  if (facts.oldestWaitingMs === null) return { isMoving: true, message: 'No image is waiting.' };

  const sinceMs = Math.max(facts.oldestWaitingMs, facts.lastFinishedMs ?? facts.startedMs);
  const idleMs = nowMs - sinceMs;
  if (idleMs > limits.stalledAfterMs) {
    return {
      isMoving: false,
      message: `Images are waiting, but none has been finished for ${minutes(idleMs)}.`,
    };
  }
  return { isMoving: true, message: 'Images are being analysed.' };
}

function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000)} minutes`;
}
