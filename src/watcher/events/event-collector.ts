import type { Clock } from '../../contract/clock.ts';
import { isBonewatchError, type BonewatchError, isStoreFailure } from '../../contract/errors.ts';
import type { ArrivalRecorder } from '../arrival-recorder.ts';
import type { CompletenessTracker } from '../completeness/completeness-tracker.ts';
import { inspectPath, isHidden, systemErrorCode } from '../inspect-path.ts';
import { createWorkQueue } from '../work-queue.ts';
import { walkFolder } from '../scan/walk-folder.ts';
import { createTimerQueue } from '../timer-queue.ts';

interface EventCollectorDeps {
  readonly recorder: ArrivalRecorder;
  readonly tracker: CompletenessTracker;
  readonly clock: Clock;
  readonly onStoreFailed: (error: BonewatchError) => void;
  /** There are too many events to process individually: the whole folder must be scanned. */
  readonly onStorm: () => void;
  readonly signal: AbortSignal;
}

/** Passes files reported by events to the recorder, in batches. */
export interface EventCollector {
  /** A file appeared or changed: it is inspected within milliseconds, together with others. */
  readonly onFile: (path: string) => void;
  /** A folder appeared: it is walked soon and again later, for files that were put into it before it was watched. */
  readonly onFolder: (path: string) => void;
}

const BATCH_DELAY_MS = 5;
const BATCH_FILES = 16;
const FOLDER_WALK_DELAYS_MS = [50, 500] as const;
const STORM_FILES = 4096;
const STORM_FOLDERS = 256;

export function createEventCollector(inbox: string, deps: EventCollectorDeps): EventCollector {
  return { onFile: collectFiles(inbox, deps), onFolder: collectFolders(inbox, deps) };
}

function collectFiles(inbox: string, deps: EventCollectorDeps): EventCollector['onFile'] {
  const { recorder, tracker, clock, signal } = deps;
  const pending = new Set<string>();
  const timer = createTimerQueue<'batch'>((item) => void batches.push(item));
  const batches = createWorkQueue<'batch'>(1, async () => {
    const paths = [...pending].slice(0, BATCH_FILES);
    for (const path of paths) pending.delete(path);
    if (pending.size > 0) void batches.push('batch');
    await tolerateFailures(deps.onStoreFailed, async () => {
      const found = await Promise.all(paths.map((path) => inspectPath(inbox, path)));
      const files = found.filter((state) => typeof state === 'object');
      recorder.record(files, clock.now());
    });
  });
  signal.addEventListener('abort', () => timer.close(), { once: true });
  signal.addEventListener('abort', () => pending.clear(), { once: true });

  return (path) => {
    if (isHidden(path) || tracker.recheck(inbox, path)) return;
    if (pending.size >= STORM_FILES) {
      deps.onStorm();
      return;
    }
    if (pending.size === 0) timer.add('batch', performance.now() + BATCH_DELAY_MS);
    pending.add(path);
  };
}

function collectFolders(inbox: string, deps: EventCollectorDeps): EventCollector['onFolder'] {
  const { recorder, clock, signal } = deps;
  const timer = createTimerQueue<string>((folder) => void walks.push(folder));
  const walks = createWorkQueue<string>(1, (folder) =>
    tolerateFailures(deps.onStoreFailed, async () => {
      for await (const { files } of walkFolder(inbox, folder, signal)) recorder.record(files, clock.now());
    }),
  );
  signal.addEventListener('abort', () => timer.close(), { once: true });

  return (path) => {
    if (timer.size >= STORM_FOLDERS) {
      deps.onStorm();
      return;
    }
    for (const delayMs of FOLDER_WALK_DELAYS_MS) timer.add(path, performance.now() + delayMs);
  };
}

/** A failure here is repaired by the next scan of the whole folder. */
async function tolerateFailures(
  onStoreFailed: (error: BonewatchError) => void,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isStoreFailure(error) || isBonewatchError(error, 'DISK_FULL')) onStoreFailed(error);
    else if (systemErrorCode(error) === null) throw error;
  }
}
