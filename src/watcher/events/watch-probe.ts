import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemErrorCode } from '../inspect-path.ts';
import { CANARY, createCanary } from './canary.ts';

const MAX_RECORDED = 4096;

/** Whether events arrive; `unknown` if neither a canary nor an arrival has shown it. */
type Verdict = 'flowing' | 'silent' | 'unknown';

/** Checks whether the system still reports changes in one folder. */
export interface WatchProbe {
  /** An event reported a file, the canary included. */
  onEvent(path: string): void;
  /** An event reported a folder. */
  readonly onFolderEvent: (path: string) => void;
  /**
   * After a scan: checks whether events reported the files that it found and, if a canary is allowed, the canary.
   * `unreported`: files that had no row before the scan.
   */
  checkEvents(unreported: readonly string[], signal: AbortSignal): Promise<Verdict>;
}

export interface ProbeOptions {
  readonly hasCanary: boolean;
  /** An event that has not arrived after this long is missing. */
  readonly eventTimeoutMs: number;
}

export function createWatchProbe(inbox: string, { hasCanary, eventTimeoutMs }: ProbeOptions): WatchProbe {
  const memory = createEventMemory();
  let onCanary = (): void => {};

  async function probeWithCanary(signal: AbortSignal): Promise<Verdict> {
    const reported = Promise.withResolvers<'flowing'>();
    onCanary = () => reported.resolve('flowing');
    try {
      await using _canary = await createCanary(inbox);
      const timeout = delay(eventTimeoutMs, 'silent' as const, { signal }).catch(() => 'unknown' as const);
      return await Promise.race([reported.promise, timeout]);
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      return 'unknown';
    }
  }

  return {
    onEvent(path) {
      if (path === CANARY) onCanary();
      else memory.addFile(path);
    },
    onFolderEvent: memory.addFolder,
    async checkEvents(unreported, signal) {
      const hadEvents = memory.size() > 0;
      if (memory.lacks(unreported)) {
        await delay(eventTimeoutMs, undefined, { signal }).catch(() => undefined);
      }
      if (signal.aborted) return 'unknown';
      const isEventMissing = memory.lacks(unreported);
      const hasEvents = hadEvents || memory.size() > 0;
      memory.startOver();
      if (isEventMissing) return 'silent';
      const verdict = hasCanary ? await probeWithCanary(signal) : 'unknown';
      return verdict === 'unknown' && hasEvents ? 'flowing' : verdict;
    },
  };
}

/** The files and folders that events reported since the last check. */
interface EventMemory {
  addFile(path: string): void;
  readonly addFolder: (path: string) => void;
  size(): number;
  /** Whether an event is missing for one of these files; false where there were too many to remember. */
  lacks(paths: readonly string[]): boolean;
  startOver(): void;
}

function createEventMemory(): EventMemory {
  let files = new Set<string>();
  let folders = new Set<string>();
  // Of the previous interval, so that a folder that was reported just before a scan still counts.
  let earlierFolders = new Set<string>();

  /** Files that were put into a folder before it was watched are not reported; their events are not missing. */
  function isInNewFolder(path: string): boolean {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      if (folders.has(folder) || earlierFolders.has(folder)) return true;
    }
    return false;
  }

  return {
    addFile(path) {
      if (files.size < MAX_RECORDED) files.add(path);
    },
    addFolder(path) {
      if (folders.size < MAX_RECORDED) folders.add(path);
    },
    size: () => files.size + folders.size,
    lacks(paths) {
      if (files.size >= MAX_RECORDED || folders.size >= MAX_RECORDED) return false;
      return paths.some((path) => !files.has(path) && !isInNewFolder(path));
    },
    startOver() {
      earlierFolders = folders;
      [files, folders] = [new Set(), new Set()];
    },
  };
}
