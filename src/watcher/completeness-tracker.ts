import type { Clock } from '../contract/clock.ts';
import { join } from 'node:path';
import { BonewatchError, isBonewatchError } from '../contract/errors.ts';
import type { Inspection } from '../contract/radiograph.ts';
import { createTimerQueue } from './timer-queue.ts';
import { inspectOrReason } from './inspect-or-reason.ts';
import { isFolderThere, inspectPath } from './inspect-path.ts';
import { createLimiter } from './limiter.ts';
import type { SeenFile, WatcherLedger } from './watcher-ledger.ts';

export interface CompletenessTrackerDeps {
  readonly ledger: WatcherLedger;
  readonly inspect: (path: string, signal: AbortSignal) => Promise<Inspection>;
  readonly clock: Clock;
  readonly onReady: (arrivalId: number) => void;
  readonly onStoreFailed: (inbox: string, error: BonewatchError) => void;
  readonly signal: AbortSignal;
}

/** A file that has a row and is not yet known to be whole. */
interface UnsettledFile extends SeenFile {
  readonly id: number;
  readonly inbox: string;
  readonly settleMs: number;
  /** How long after a failed inspection to try again. */
  readonly retryMs: number;
}

/** Finds out when files are whole. A file is forgotten here as soon as the ledger holds what became of it. */
export interface CompletenessTracker extends AsyncDisposable {
  track(file: UnsettledFile): void;
  /** Whether the file is being settled; a change that was told of is looked at soon. */
  nudge(inbox: string, path: string): boolean;
  readonly size: number;
}

interface Tracked {
  readonly file: UnsettledFile;
  seen: SeenFile;
  /** When `seen` was first seen. All times here are `performance.now()`'s: they do not jump. */
  changedAt: number;
  lookedAt: number;
  dueAt: number;
  waitMs: number;
  /** Not before this time is the content read again, so that a slowly growing file is not read all the time. */
  inspectableAt: number;
  /** What reading `seen` gave, when that did not look whole. */
  unwhole: Inspection | null;
  isBusy: boolean;
}

/** Two looks at an unchanged file are this far apart before it is read. */
const STABLE_MS = 80;
const SOON_MS = 10;
const MIN_INSPECT_MS = 40;
const MAX_WAIT_MS = 500;
/** At most a fifth of the time goes into reading a file that is still growing. */
const INSPECTION_REST = 4;
const MAX_REST_MS = 2000;
/** However many files are waiting, they are looked at no more often than this in all. */
const LOOKS_PER_MS = 2;
const LOOKS_AT_ONCE = 8;
const INSPECTIONS_AT_ONCE = 2;

/**
 * Follows files until they are whole: unchanged between two looks and, read in between, found to end where their
 * format says. One that never looks whole is taken as it is after `settleMs` without a change.
 */
export function createCompletenessTracker(deps: CompletenessTrackerDeps): CompletenessTracker {
  const { ledger, signal } = deps;
  const files = new Map<string, Tracked>();
  const looks = createLimiter<Tracked>(LOOKS_AT_ONCE, 'oldest', look);
  const inspections = createLimiter<Tracked>(INSPECTIONS_AT_ONCE, 'newest', inspect);
  const agenda = createTimerQueue<Tracked>((tracked, dueAt) => {
    if (tracked.dueAt !== dueAt || tracked.isBusy) return;
    tracked.isBusy = true;
    looks.add(tracked);
  });
  signal.addEventListener('abort', () => agenda.close(), { once: true });

  function isStopped(): boolean {
    return signal.aborted;
  }

  function lookAgain(tracked: Tracked, at: number): void {
    tracked.isBusy = false;
    if (isStopped()) return;
    tracked.dueAt = at;
    agenda.add(tracked, at);
  }

  /** Writes what became of a file; when the store cannot, the next comparison finds the row and starts over. */
  function settle(tracked: Tracked, write: () => void): void {
    files.delete(keyOf(tracked.file.inbox, tracked.file.path));
    keep(tracked, write);
  }

  function keep({ file }: Tracked, write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!isBonewatchError(error, 'STORE_FAILED')) throw error;
      deps.onStoreFailed(file.inbox, error);
    }
  }

  async function look(tracked: Tracked): Promise<void> {
    const { file } = tracked;
    if (isStopped()) return;
    const found = await inspectPath(file.inbox, file.path);
    if (isStopped()) return;
    tracked.lookedAt = performance.now();
    if (typeof found === 'string') {
      await giveUp(tracked, found);
      return;
    }
    if (isChanged(tracked.seen, found)) {
      noteChange(tracked, found);
      return;
    }
    const unchangedMs = tracked.lookedAt - tracked.changedAt;
    if (unchangedMs < STABLE_MS) {
      lookAgain(tracked, tracked.changedAt + STABLE_MS);
      return;
    }
    if (unchangedMs >= file.settleMs && (tracked.unwhole !== null || found.sizeBytes === 0)) {
      takeAsItIs(tracked);
      return;
    }
    if (tracked.unwhole !== null || found.sizeBytes === 0) {
      waitLonger(tracked);
      return;
    }
    if (tracked.lookedAt < tracked.inspectableAt) {
      lookAgain(tracked, tracked.inspectableAt);
      return;
    }
    inspections.add(tracked);
  }

  function noteChange(tracked: Tracked, seen: SeenFile): void {
    tracked.seen = seen;
    tracked.changedAt = performance.now();
    tracked.waitMs = STABLE_MS;
    tracked.unwhole = null;
    keep(tracked, () => ledger.markSettling(tracked.file.id, seen));
    lookAgain(tracked, tracked.changedAt + STABLE_MS);
  }

  function waitLonger(tracked: Tracked): void {
    const longest = Math.max(MAX_WAIT_MS, files.size / LOOKS_PER_MS);
    tracked.waitMs = Math.min(tracked.waitMs * 1.5, longest);
    const takenAt = tracked.changedAt + tracked.file.settleMs;
    lookAgain(
      tracked,
      Math.max(Math.min(tracked.lookedAt + tracked.waitMs, takenAt), tracked.lookedAt + SOON_MS),
    );
  }

  function takeAsItIs(tracked: Tracked): void {
    const { unwhole } = tracked;
    if (unwhole !== null) {
      markReady(tracked, unwhole);
      return;
    }
    const reason = { code: 'FILE_EMPTY', message: 'The file holds no bytes.' } as const;
    settle(tracked, () => ledger.markUnreadable(tracked.file.id, reason, null));
  }

  function markReady(tracked: Tracked, inspection: Inspection): void {
    const { id } = tracked.file;
    settle(tracked, () => {
      if (ledger.markReady(id, inspection) === 'ready') deps.onReady(id);
    });
  }

  /** A file that is gone has vanished, unless the whole inbox is away: then nothing is known of it. */
  async function giveUp(tracked: Tracked, found: 'gone' | 'not-a-file' | 'no-answer'): Promise<void> {
    const { file } = tracked;
    const isInboxThere = found !== 'no-answer' && (await isFolderThere(file.inbox));
    settle(tracked, () => {
      if (isInboxThere) ledger.markVanished(file.id);
    });
  }

  async function inspect(tracked: Tracked): Promise<void> {
    const { file } = tracked;
    if (isStopped()) return;
    const startedAt = performance.now();
    const inspection = await inspectOrReason(deps, join(file.inbox, file.path));
    if (isStopped()) return;
    const restMs = Math.min((performance.now() - startedAt) * INSPECTION_REST, MAX_REST_MS);
    tracked.inspectableAt = performance.now() + restMs;
    const found = await inspectPath(file.inbox, file.path);
    if (isStopped()) return;
    if (typeof found === 'string') {
      await giveUp(tracked, found);
      return;
    }
    if (isChanged(tracked.seen, found)) {
      noteChange(tracked, found);
      return;
    }
    if (inspection instanceof BonewatchError) {
      fail(tracked, inspection);
      return;
    }
    // A network filesystem may tell an old size while it gives new content.
    if (inspection.sizeBytes !== found.sizeBytes) {
      lookAgain(tracked, tracked.inspectableAt);
      return;
    }
    if (inspection.isWhole) {
      markReady(tracked, inspection);
      return;
    }
    tracked.unwhole = inspection;
    tracked.lookedAt = performance.now();
    keep(tracked, () => ledger.markSettling(file.id, found));
    waitLonger(tracked);
  }

  function fail(tracked: Tracked, { code, message, retry }: BonewatchError): void {
    const { id, retryMs } = tracked.file;
    // It was away for a moment and is there again.
    if (code === 'FILE_VANISHED') {
      lookAgain(tracked, tracked.inspectableAt);
      return;
    }
    const retryAt = retry === 'later' ? deps.clock.now() + retryMs : null;
    settle(tracked, () => {
      ledger.markUnreadable(id, { code, message }, retryAt);
    });
  }

  return {
    track(file) {
      const key = keyOf(file.inbox, file.path);
      if (files.has(key) || isStopped()) return;
      const now = performance.now();
      const dueAt = now + STABLE_MS;
      const times = { changedAt: now, lookedAt: now, dueAt, waitMs: STABLE_MS, inspectableAt: 0 };
      const tracked: Tracked = { file, seen: file, ...times, unwhole: null, isBusy: false };
      files.set(key, tracked);
      agenda.add(tracked, dueAt);
    },
    nudge(inbox, path) {
      const tracked = files.get(keyOf(inbox, path));
      if (tracked === undefined) return false;
      const soon = Math.max(performance.now() + SOON_MS, tracked.lookedAt + MIN_INSPECT_MS);
      if (!tracked.isBusy && soon < tracked.dueAt) lookAgain(tracked, soon);
      return true;
    },
    get size() {
      return files.size;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([looks.idle(), inspections.idle()]);
    },
  };
}

function keyOf(inbox: string, path: string): string {
  return `${inbox}\0${path}`;
}

function isChanged(before: SeenFile, after: SeenFile): boolean {
  return before.sizeBytes !== after.sizeBytes || before.mtimeMs !== after.mtimeMs;
}
