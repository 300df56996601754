import type { Clock } from '../../contract/clock.ts';
import { BonewatchError, isStoreFailure } from '../../contract/errors.ts';
import type { PathInside } from '../../contract/file-source.ts';
import type { Inspection } from '../../contract/radiograph.ts';
import { isFolderThere, inspectPath, type PathState } from '../inspect-path.ts';
import { createWorkQueue, type WorkQueue } from '../work-queue.ts';
import { createTimerQueue, type TimerQueue } from '../timer-queue.ts';
import type { FoundFile } from '../watcher-ledger.ts';
import { inspectOrReason } from './inspect-or-reason.ts';
import { backOff, createTrackedFile, decideNextStep, hasChanged, noteChange } from './tracked-file.ts';
import type { TrackedFile, UnsettledFile } from './tracked-file.ts';
import { writeOutcome, type Outcome, type OutcomeDeps } from './write-outcome.ts';

export interface CompletenessTrackerDeps extends OutcomeDeps {
  readonly inspect: (file: PathInside, signal: AbortSignal) => Promise<Inspection>;
  readonly clock: Clock;
  readonly onStoreFailed: (inbox: string, error: BonewatchError) => void;
  readonly signal: AbortSignal;
}

/** Detects when files are complete. A file leaves the tracker as soon as its outcome is in the ledger. */
export interface CompletenessTracker extends AsyncDisposable {
  track(file: UnsettledFile): void;
  /** Checks a tracked file soon, since an event reported a change. Returns whether the file is tracked. */
  recheck(inbox: string, path: string): boolean;
  readonly size: number;
}

interface TrackerState extends CompletenessTrackerDeps {
  readonly files: Map<string, TrackedFile>;
  readonly timer: TimerQueue<TrackedFile>;
  readonly inspections: WorkQueue<TrackedFile>;
}

const NOT_REGULAR = {
  code: 'FILE_NOT_REGULAR',
  message: 'The entry is a link, a pipe, a device or a socket, which is never opened.',
} as const;
const SOON_MS = 10;
const MIN_CHECK_INTERVAL_MS = 40;
const MAX_WAIT_MS = 500;
/** At most a fifth of the time is spent on reading a file that is still growing. */
const INSPECTION_REST = 4;
const MAX_REST_MS = 2000;
/** The maximum rate of checks, regardless of the number of waiting files. */
const MAX_CHECKS_PER_MS = 2;
const MAX_CONCURRENT_CHECKS = 8;
const MAX_CONCURRENT_INSPECTIONS = 2;

/**
 * Tracks files until they are complete: unchanged between two checks and, read in between, with the end that their
 * format defines. A file that stays incomplete is accepted after `settleMs` without a change.
 */
export function createCompletenessTracker(deps: CompletenessTrackerDeps): CompletenessTracker {
  const { signal } = deps;
  const files = new Map<string, TrackedFile>();
  const checks = createWorkQueue<TrackedFile>(MAX_CONCURRENT_CHECKS, (tracked) => checkFile(state, tracked));
  const inspections = createWorkQueue<TrackedFile>(MAX_CONCURRENT_INSPECTIONS, (tracked) =>
    readFile(state, tracked),
  );
  const timer = createTimerQueue<TrackedFile>((tracked, dueAt) => {
    if (tracked.dueAt !== dueAt || tracked.isBusy) return;
    tracked.isBusy = true;
    void checks.push(tracked);
  });
  const state: TrackerState = { ...deps, files, timer, inspections };
  signal.addEventListener('abort', () => timer.close(), { once: true });

  return {
    track(file) {
      const key = keyOf(file);
      if (files.has(key) || signal.aborted) return;
      const tracked = createTrackedFile(file, performance.now());
      files.set(key, tracked);
      timer.add(tracked, tracked.dueAt);
    },
    recheck(inbox, path) {
      const tracked = files.get(keyOf({ inbox, path }));
      if (tracked === undefined) return false;
      const soon = Math.max(performance.now() + SOON_MS, tracked.checkedAt + MIN_CHECK_INTERVAL_MS);
      if (!tracked.isBusy && soon < tracked.dueAt) scheduleCheck(state, tracked, soon);
      return true;
    },
    get size() {
      return files.size;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([checks.drained(), inspections.drained()]);
    },
  };
}

function isStopped({ signal }: TrackerState): boolean {
  return signal.aborted;
}

function scheduleCheck(state: TrackerState, tracked: TrackedFile, at: number): void {
  tracked.isBusy = false;
  if (isStopped(state)) return;
  tracked.dueAt = at;
  state.timer.add(tracked, at);
}

async function checkFile(state: TrackerState, tracked: TrackedFile): Promise<void> {
  const { file } = tracked;
  if (isStopped(state)) return;
  const found = await inspectPath(file.inbox, file.path);
  if (isStopped(state)) return;
  tracked.checkedAt = performance.now();
  if (!(await isUnchanged(state, tracked, found))) return;
  const step = decideNextStep(tracked);
  switch (step.type) {
    case 'wait':
      scheduleCheck(state, tracked, step.at);
      return;
    case 'back-off':
      scheduleBackOff(state, tracked);
      return;
    case 'inspect':
      // Newest first: a radiograph that has just arrived does not wait for a backlog.
      void state.inspections.unshift(tracked);
      return;
    case 'accept-incomplete':
      acceptIncomplete(state, tracked);
  }
}

async function readFile(state: TrackerState, tracked: TrackedFile): Promise<void> {
  const { file } = tracked;
  if (isStopped(state)) return;
  const startedAt = performance.now();
  const inspection = await inspectOrReason(state, { folder: file.inbox, path: file.path });
  if (isStopped(state)) return;
  const restMs = Math.min((performance.now() - startedAt) * INSPECTION_REST, MAX_REST_MS);
  tracked.inspectableAt = performance.now() + restMs;
  const found = await inspectPath(file.inbox, file.path);
  if (isStopped(state) || !(await isUnchanged(state, tracked, found))) return;
  if (inspection instanceof BonewatchError) {
    handleUnreadable(state, tracked, inspection);
    return;
  }
  // A network filesystem may report an old size while it returns new content.
  if (inspection.sizeBytes !== tracked.lastFound.sizeBytes) {
    scheduleCheck(state, tracked, tracked.inspectableAt);
    return;
  }
  if (inspection.isWhole) {
    finish(state, tracked, { type: 'ready', inspection });
    return;
  }
  tracked.incompleteInspection = inspection;
  tracked.checkedAt = performance.now();
  markSettling(state, tracked);
  scheduleBackOff(state, tracked);
}

/** Whether the file is unchanged since the last check. If not, handles the change. */
async function isUnchanged(state: TrackerState, tracked: TrackedFile, found: PathState): Promise<boolean> {
  if (typeof found === 'string') {
    await handleMissing(state, tracked, found);
    return false;
  }
  if (found.isRegular === false) {
    finish(state, tracked, { type: 'unreadable', reason: NOT_REGULAR, retryAt: null });
    return false;
  }
  if (!hasChanged(tracked, found)) return true;
  const checkAt = noteChange(tracked, found, performance.now());
  markSettling(state, tracked);
  scheduleCheck(state, tracked, checkAt);
  return false;
}

function scheduleBackOff(state: TrackerState, tracked: TrackedFile): void {
  const maxMs = Math.max(MAX_WAIT_MS, state.files.size / MAX_CHECKS_PER_MS);
  scheduleCheck(state, tracked, backOff(tracked, { minMs: SOON_MS, maxMs }));
}

/** A missing file has vanished, unless the whole inbox is unreachable: then its state is unknown. */
async function handleMissing(
  state: TrackerState,
  tracked: TrackedFile,
  found: Exclude<PathState, FoundFile>,
): Promise<void> {
  const isInboxThere = found !== 'no-answer' && (await isFolderThere(tracked.file.inbox));
  finish(state, tracked, { type: isInboxThere ? 'vanished' : 'unknown' });
}

function handleUnreadable(state: TrackerState, tracked: TrackedFile, error: BonewatchError): void {
  const { code, message, retry } = error;
  // It was missing for a moment and is back.
  if (code === 'FILE_VANISHED') {
    scheduleCheck(state, tracked, tracked.inspectableAt);
    return;
  }
  const retryAt = retry === 'later' ? state.clock.now() + tracked.file.retryMs : null;
  finish(state, tracked, { type: 'unreadable', reason: { code, message }, retryAt });
}

function acceptIncomplete(state: TrackerState, tracked: TrackedFile): void {
  const inspection = tracked.incompleteInspection;
  if (inspection !== null) {
    finish(state, tracked, { type: 'ready', inspection });
    return;
  }
  const reason = { code: 'FILE_EMPTY', message: 'The file holds no bytes.' } as const;
  finish(state, tracked, { type: 'unreadable', reason, retryAt: null });
}

/** Writes the outcome and stops tracking; if the store cannot write it, the next scan starts over. */
function finish(state: TrackerState, { file }: TrackedFile, outcome: Outcome): void {
  state.files.delete(keyOf(file));
  try {
    writeOutcome(state, file.id, outcome);
  } catch (error) {
    reportStoreFailure(state, file, error);
  }
}

function markSettling(state: TrackerState, { file, lastFound }: TrackedFile): void {
  try {
    state.ledger.markSettling(file.id, lastFound);
  } catch (error) {
    reportStoreFailure(state, file, error);
  }
}

function reportStoreFailure({ onStoreFailed }: TrackerState, { inbox }: UnsettledFile, error: unknown): void {
  if (!isStoreFailure(error)) throw error;
  onStoreFailed(inbox, error);
}

function keyOf({ inbox, path }: { readonly inbox: string; readonly path: string }): string {
  return `${inbox}\0${path}`;
}
