import type { Inspection } from '../../contract/radiograph.ts';
import type { FoundFile } from '../watcher-ledger.ts';

/** A file that has a row and is not known to be whole. */
export interface UnsettledFile extends FoundFile {
  readonly id: number;
  readonly inbox: string;
  /** How long a file that does not look whole must stay unchanged until it is accepted as it is. */
  readonly settleMs: number;
  /** Delay until the next attempt after a failed inspection. */
  readonly retryMs: number;
}

/** All times are `performance.now()`'s: they do not jump when the clock is set. */
export interface TrackedFile {
  readonly file: UnsettledFile;
  /** Size and times at the last check. */
  lastFound: FoundFile;
  /** When the file was first found as `lastFound`. */
  changedAt: number;
  checkedAt: number;
  /** When it is checked next. */
  dueAt: number;
  waitMs: number;
  /** The content is not read again before this time, so that a slowly growing file is not read all the time. */
  inspectableAt: number;
  /** The inspection of `lastFound`, where that did not look whole. */
  incompleteInspection: Inspection | null;
  isBusy: boolean;
}

/** What a check of an unchanged file leads to; `at`: when to check again. */
type NextStep =
  | { readonly type: 'wait'; readonly at: number }
  | { readonly type: 'back-off' }
  | { readonly type: 'inspect' }
  | { readonly type: 'accept-incomplete' };

/** A file is read only after it was unchanged for so long. */
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

/** Starts the file's quiet time over. Returns when to check it again. */
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

/** The next check of a file that does not look whole: ever later, but never after `settleMs` without a change. */
export function backOff(tracked: TrackedFile, { minMs, maxMs }: { minMs: number; maxMs: number }): number {
  tracked.waitMs = Math.min(tracked.waitMs * 1.5, maxMs);
  const acceptedAt = tracked.changedAt + tracked.file.settleMs;
  return Math.max(Math.min(tracked.checkedAt + tracked.waitMs, acceptedAt), tracked.checkedAt + minMs);
}
