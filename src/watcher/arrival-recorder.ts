import type { InboxConfig } from '../config/schema.ts';
import type { Clock } from '../contract/clock.ts';
import { classifyArrival, ignoreTime } from './classify-arrival.ts';
import type { CompletenessTracker } from './completeness/completeness-tracker.ts';
import { inspectPath } from './inspect-path.ts';
import type { FoundFile, KnownFile, WatcherLedger } from './watcher-ledger.ts';

const DAY_MS = 24 * 60 * 60_000;

export interface ArrivalRecorderDeps {
  readonly ledger: WatcherLedger;
  readonly tracker: CompletenessTracker;
  readonly clock: Clock;
  /** When Bonewatch was first started here, milliseconds since 1970. */
  readonly firstStartAt?: number;
  readonly signal: AbortSignal;
}

/** The only writer of arrivals, for files reported by events and files found by a scan. */
export interface ArrivalRecorder {
  /**
   * Writes a row for every file that has none or has changed, and tracks those that are not known to be complete.
   * `at`: when the files were found, milliseconds since 1970. Returns the paths of files that had no row.
   * Throws STORE_FAILED, DISK_FULL.
   */
  record(files: readonly FoundFile[], at: number): readonly string[];
  /** After a complete scan: marks unfinished files that are gone as vanished. Throws STORE_FAILED. */
  reconcileUnfinished(): Promise<void>;
}

export function createArrivalRecorder(inbox: InboxConfig, deps: ArrivalRecorderDeps): ArrivalRecorder {
  const { ledger, tracker, clock, signal } = deps;
  const retryMs = inbox.rescanSeconds * 1000;
  const ignoredBefore = ignoreTime(inbox.ignoreBefore, deps.firstStartAt);
  // A first start in the future was recorded by a wrong clock: what arrives today must not count as older.
  const oldBefore = (now: number): number => (ignoredBefore > now ? now - DAY_MS : ignoredBefore);

  function track(known: KnownFile): void {
    tracker.track({ ...known, inbox: inbox.path, settleMs: inbox.settleMs, retryMs });
  }

  return {
    record(files, at) {
      if (signal.aborted) return [];
      const discovered: FoundFile[] = [];
      const tooOld: FoundFile[] = [];
      const withoutRow: string[] = [];
      for (const file of files) {
        if (tracker.recheck(inbox.path, file.path)) continue;
        const known = ledger.known(inbox.path, file.path);
        // Events do not report every link; only files that they should have reported are without one.
        if (known === undefined && file.isRegular !== false) withoutRow.push(file.path);
        const now = clock.now();
        const arrival = classifyArrival(file, { known, ignoredBefore: oldBefore(now), now, retryMs });
        if (arrival === 'too-old') tooOld.push(file);
        if (arrival === 'new' || arrival === 'changed') discovered.push(file);
        if (arrival === 'unfinished' && known !== undefined) track(known);
      }
      if (tooOld.length > 0) ledger.passOver(inbox.path, tooOld, at);
      if (discovered.length > 0) ledger.discover(inbox.path, discovered, at).forEach(track);
      return withoutRow;
    },
    async reconcileUnfinished() {
      for (const known of ledger.unfinished(inbox.path)) {
        if (tracker.recheck(inbox.path, known.path)) continue;
        const found = await inspectPath(inbox.path, known.path);
        if (signal.aborted) return;
        if (found === 'gone' || found === 'folder') ledger.markVanished(known.id);
        else track(known);
      }
    },
  };
}
