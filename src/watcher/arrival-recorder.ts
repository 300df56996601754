import type { Clock } from '../contract/clock.ts';
import type { InboxConfig } from '../config/schema.ts';
import { isBonewatchError } from '../contract/errors.ts';
import type { BonewatchError } from '../contract/errors.ts';
import { createTimerQueue } from './timer-queue.ts';
import { isHidden, inspectPath, systemErrorCode } from './inspect-path.ts';
import type { CompletenessTracker } from './completeness-tracker.ts';
import { createLimiter } from './limiter.ts';
import { walkFolder } from './walk-folder.ts';
import type { KnownFile, SeenFile, WatcherLedger } from './watcher-ledger.ts';

export interface ArrivalRecorderDeps {
  readonly ledger: WatcherLedger;
  readonly settler: CompletenessTracker;
  readonly clock: Clock;
  readonly onStoreFailed: (error: BonewatchError) => void;
  /** More happens than is worth following one by one: the whole folder must be compared. */
  readonly onStorm: () => void;
  readonly firstStartAt?: number;
  readonly signal: AbortSignal;
}

/** The one way into the ledger, for what events told and for what a walk found. */
export interface ArrivalRecorder {
  /** An event told of a file: it is looked at within milliseconds, together with others. */
  readonly notice: (path: string) => void;
  /** An event told of a new folder: it is walked soon and once more, for files put into it before it was watched. */
  readonly noticeFolder: (path: string) => void;
  /**
   * Files as a walk found them: whatever the ledger does not hold yet gets its row. Returns the paths that had none
   * at all. Throws STORE_FAILED, DISK_FULL.
   */
  compare(files: readonly SeenFile[], at: number): readonly string[];
  /** After a whole walk: rows of files that were never whole and are gone have vanished. Throws STORE_FAILED. */
  settleRest(): Promise<void>;
}

const GATHER_MS = 5;
const LOOKS_AT_ONCE = 16;
const FOLDER_LOOKS_MS = [50, 500] as const;
const STORM_FILES = 4096;
const STORM_FOLDERS = 256;

export function createArrivalRecorder(inbox: InboxConfig, deps: ArrivalRecorderDeps): ArrivalRecorder {
  const { ledger, settler, clock, signal } = deps;
  const retryMs = inbox.rescanSeconds * 1000;
  const ignoredBefore = ignoreTime(inbox.ignoreBefore, deps.firstStartAt);
  const noticed = new Set<string>();
  const gathering = createTimerQueue<'noticed'>(() => lookAtNoticed.add('noticed'));
  const lookAtNoticed = createLimiter<'noticed'>(1, 'oldest', async () => {
    const paths = [...noticed].slice(0, LOOKS_AT_ONCE);
    for (const path of paths) noticed.delete(path);
    if (noticed.size > 0) lookAtNoticed.add('noticed');
    await tolerate(async () => {
      const looks = await Promise.all(paths.map((path) => inspectPath(inbox.path, path)));
      compare(
        looks.filter((look) => typeof look === 'object'),
        clock.now(),
      );
    });
  });
  const folderLooks = createTimerQueue<string>((folder) => walks.add(folder));
  const walks = createLimiter<string>(1, 'oldest', (folder) =>
    tolerate(async () => {
      for await (const { files } of walkFolder(inbox.path, folder, signal)) compare(files, clock.now());
    }),
  );
  signal.addEventListener('abort', close, { once: true });

  function close(): void {
    noticed.clear();
    gathering.close();
    folderLooks.close();
  }

  /** What fails here is found again by the next comparison of the whole folder. */
  async function tolerate(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isBonewatchError(error, 'STORE_FAILED') || isBonewatchError(error, 'DISK_FULL'))
        deps.onStoreFailed(error);
      else if (systemErrorCode(error) === null) throw error;
    }
  }

  function track(known: KnownFile): void {
    settler.track({ ...known, inbox: inbox.path, settleMs: inbox.settleMs, retryMs });
  }

  function compare(files: readonly SeenFile[], at: number): readonly string[] {
    if (signal.aborted) return [];
    const changed: SeenFile[] = [];
    const tooOld: SeenFile[] = [];
    const fresh: string[] = [];
    for (const file of files) {
      if (settler.nudge(inbox.path, file.path)) continue;
      const known = ledger.known(inbox.path, file.path);
      const isOld = isTooOld(file, ignoredBefore);
      if (known === undefined) {
        fresh.push(file.path);
        if (isOld) tooOld.push(file);
        else changed.push(file);
      } else if (mustStartOver(known, file) || (wasPassedOver(known) && !isOld)) changed.push(file);
      else if (isUnsettled(known, clock.now(), retryMs)) track(known);
    }
    if (tooOld.length > 0) ledger.passOver(inbox.path, tooOld, at);
    if (changed.length > 0) for (const known of ledger.discover(inbox.path, changed, at)) track(known);
    return fresh;
  }

  return {
    notice(path) {
      if (isHidden(path) || settler.nudge(inbox.path, path)) return;
      if (noticed.size >= STORM_FILES) {
        deps.onStorm();
        return;
      }
      if (noticed.size === 0) gathering.add('noticed', performance.now() + GATHER_MS);
      noticed.add(path);
    },
    noticeFolder(path) {
      if (folderLooks.size >= STORM_FOLDERS) {
        deps.onStorm();
        return;
      }
      for (const afterMs of FOLDER_LOOKS_MS) folderLooks.add(path, performance.now() + afterMs);
    },
    compare,
    async settleRest() {
      for (const known of ledger.unsettled(inbox.path)) {
        if (settler.nudge(inbox.path, known.path)) continue;
        const look = await inspectPath(inbox.path, known.path);
        if (signal.aborted) return;
        if (look === 'gone' || look === 'not-a-file') ledger.markVanished(known.id);
        else track(known);
      }
    },
  };
}

function mustStartOver(known: KnownFile, seen: SeenFile): boolean {
  const isSame = known.sizeBytes === seen.sizeBytes && known.mtimeMs === seen.mtimeMs;
  return !isSame || known.status === 'vanished';
}

/** Not yet whole when the daemon last looked, or unreadable and due for another try. */
function isUnsettled({ status, wasInspected, retryAt }: KnownFile, now: number, retryMs: number): boolean {
  if (status === 'discovered' || status === 'settling') return true;
  if (status !== 'failed' || wasInspected || retryAt === null) return false;
  // A time further ahead than any delay was written before the clock was set back.
  return retryAt <= now || retryAt > now + retryMs;
}

function ignoreTime(ignoreBefore: InboxConfig['ignoreBefore'], firstStartAt = -Infinity): number {
  if (ignoreBefore === undefined) return -Infinity;
  return ignoreBefore === 'first-start' ? firstStartAt : Date.parse(ignoreBefore);
}

/** An old image that is exported again counts as new: it was put there now, whatever time it carries. */
function isTooOld({ mtimeMs, ctimeMs = mtimeMs }: SeenFile, ignoredBefore: number): boolean {
  return mtimeMs < ignoredBefore && ctimeMs < ignoredBefore;
}

/** Counted for its age alone; its content was never read. */
function wasPassedOver({ status, wasInspected }: KnownFile): boolean {
  return status === 'not-analysed' && !wasInspected;
}
