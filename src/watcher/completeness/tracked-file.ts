import type { Inspection } from '../../contract/radiograph.ts';
import type { FoundFile } from '../watcher-ledger.ts';

/** A file that has a row and is not known to be complete. */
export interface UnsettledFile extends FoundFile {
  readonly id: number;
  readonly inbox: string;
  /** How long an incomplete file must stay unchanged until it is accepted. */
  readonly settleMs: number;
  /** Delay until the next attempt after a failed inspection. */
  readonly retryMs: number;
}

/** All times are from `performance.now()`: they do not jump when the clock is set. */
export interface TrackedFile {
  readonly file: UnsettledFile;
  /** Size and times at the last check. */
  lastFound: FoundFile;
  /** When the file was first found as `lastFound`. */
  changedAt: number;
  checkedAt: number;
  /** When it is next checked. */
  dueAt: number;
  waitMs: number;
  /** The content is not read again before this time, so that a slowly growing file is not read all the time. */
  inspectableAt: number;
  /** The inspection of `lastFound`, if it was incomplete. */
  incompleteInspection: Inspection | null;
  isBusy: boolean;
}

/** The decision on an unchanged file; `at`: when to check again. */
type NextStep =
  | { readonly type: 'wait'; readonly at: number }
  | { readonly type: 'back-off' }
  | { readonly type: 'inspect' }
  | { readonly type: 'accept-incomplete' };

/** A file is read only after it was unchanged for this long. */
const STABLE_MS = 80;

export function createTrackedFile(file: UnsettledFile, now: number): TrackedFile {
  return {
    file,
    lastFound: file,
    changedAt: now,
    checkedAt: now,
    dueAt: now + STABLE_MS,
    waitMs: STABLE_MS,
    inspectableAt: 0,
    incompleteInspection: null,
    isBusy: false,
  };
}

export function hasChanged({ lastFound }: TrackedFile, found: FoundFile): boolean {
  return lastFound.sizeBytes !== found.sizeBytes || lastFound.mtimeMs !== found.mtimeMs;
}

/** Restarts the file's quiet time. Returns when to check it again. */
export function noteChange(tracked: TrackedFile, found: FoundFile, now: number): number {
  tracked.lastFound = found;
  tracked.changedAt = now;
  tracked.waitMs = STABLE_MS;
  tracked.incompleteInspection = null;
  return now + STABLE_MS;
}

/** Decides about a file that was found unchanged at `tracked.checkedAt`. */
export function decideNextStep(tracked: TrackedFile): NextStep {
  const { file, changedAt, checkedAt, inspectableAt } = tracked;
  const unchangedMs = checkedAt - changedAt;
  if (unchangedMs < STABLE_MS) return { type: 'wait', at: changedAt + STABLE_MS };
  if (tracked.incompleteInspection !== null || tracked.lastFound.sizeBytes === 0) {
    return { type: unchangedMs >= file.settleMs ? 'accept-incomplete' : 'back-off' };
  }
  return checkedAt < inspectableAt ? { type: 'wait', at: inspectableAt } : { type: 'inspect' };
}

/** The next check of an incomplete file: with growing intervals, but no later than `settleMs` without a change. */
export function backOff(tracked: TrackedFile, { minMs, maxMs }: { minMs: number; maxMs: number }): number {
  tracked.waitMs = Math.min(tracked.waitMs * 1.5, maxMs);
  const acceptedAt = tracked.changedAt + tracked.file.settleMs;
  return Math.max(Math.min(tracked.checkedAt + tracked.waitMs, acceptedAt), tracked.checkedAt + minMs);
}
