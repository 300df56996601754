import type { Clock } from '../contract/clock.ts';
import type { InboxConfig } from '../config/schema.ts';
import type { BonewatchError } from '../contract/errors.ts';
import type { PathInside } from '../contract/file-source.ts';
import type { Inspection } from '../contract/radiograph.ts';
import { createCompletenessTracker } from './completeness/completeness-tracker.ts';
import { watchInbox } from './watch-inbox.ts';
import type { FolderAccess, InboxState, WatchedInbox, WatcherLog } from './watch-inbox.ts';
import type { WatcherLedger } from './watcher-ledger.ts';

export interface WatcherDeps {
  readonly ledger: WatcherLedger;
  /** Reads a file once, to its end; rejects with FILE_UNREADABLE or FILE_VANISHED. */
  readonly inspect: (file: PathInside, signal: AbortSignal) => Promise<Inspection>;
  readonly clock: Clock;
  readonly log: WatcherLog;
  /** A file is complete and new: it is `ready` in the ledger. */
  readonly onReady: (arrivalId: number) => void;
  /** An inbox cannot be listed, or the store cannot be written; null: that is over. */
  readonly onTrouble: (inbox: string, error: BonewatchError | null) => void;
  /** When Bonewatch was first started here, milliseconds since 1970: the meaning of `ignoreBefore: first-start`. */
  readonly firstStartAt?: number;
  readonly folder?: Partial<FolderAccess>;
  readonly signal: AbortSignal;
}

interface WatcherState {
  readonly inboxes: readonly InboxState[];
  /** Files that have a row and are not known to be complete. */
  readonly settling: number;
}

export interface InboxWatcher extends AsyncDisposable {
  /** Resolves when every inbox was compared with the ledger or found to be unreachable. */
  readonly firstScan: Promise<void>;
  /** Compares every inbox with the ledger now. */
  rescan(): Promise<void>;
  state(): WatcherState;
}

/**
 * Records every file that reaches an inbox as one row of the ledger, and reports it as ready once it is complete.
 * Scans, at start and every `rescanSeconds`, compare folder and ledger and find every file; events only reduce latency.
 * Files are opened for reading and never changed. Failures of an inbox are reported and retried, not thrown.
 */
export function watchInboxes(inboxes: readonly InboxConfig[], deps: WatcherDeps): InboxWatcher {
  const stopping = new AbortController();
  const signal = AbortSignal.any([deps.signal, stopping.signal]);
  const onStoreFailed = (path: string, error: BonewatchError): void => {
    watched.find((inbox) => inbox.state().path === path)?.storeFailed(error);
  };
  const tracker = createCompletenessTracker({ ...deps, onStoreFailed, signal });
  const watched: readonly WatchedInbox[] = inboxes.map((inbox) =>
    watchInbox(inbox, { ...deps, tracker, signal }),
  );

  return {
    firstScan: all(watched.map((inbox) => inbox.firstScan)),
    rescan: () => all(watched.map((inbox) => inbox.rescan())),
    state: () => ({ inboxes: watched.map((inbox) => inbox.state()), settling: tracker.size }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await all(watched.map((inbox) => inbox[Symbol.asyncDispose]()));
      await tracker[Symbol.asyncDispose]();
    },
  };
}

async function all(promises: Iterable<PromiseLike<void>>): Promise<void> {
  await Promise.all(promises);
}
