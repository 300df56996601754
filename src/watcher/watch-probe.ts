import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemErrorCode } from './inspect-path.ts';

/** Our own file in an inbox. It is there for some milliseconds at a time; no walk takes it for an arrival. */
export const CANARY = '.bonewatch-canary';

const CANARY_TEXT =
  'Bonewatch makes and removes this file to see whether the system tells it of new files.\n';
/** Events come within milliseconds; a loaded machine takes longer. */
const EVENT_WAIT_MS = 5000;
const MAX_REMEMBERED = 4096;

/** What is known of whether events flow: `unknown` where neither a canary nor an arrival has shown it. */
type Verdict = 'flowing' | 'silent' | 'unknown';

/** Shows whether the system still tells of what happens in one folder. */
export interface WatchProbe {
  /** An event told of a file, the canary included. */
  heard(path: string): void;
  heardFolder(path: string): void;
  /**
   * After a comparison that found files which no row told of before: whether events told of them, too; then, where a
   * canary may be made, whether they tell of that.
   */
  judge(found: readonly string[], signal: AbortSignal): Promise<Verdict>;
}

export function createWatchProbe(inbox: string, options: { readonly hasCanary: boolean }): WatchProbe {
  // Of two stretches between comparisons, so that what was told just before one is not forgotten with it.
  let files = new Set<string>();
  let folders = new Set<string>();
  let earlierFolders = new Set<string>();
  let onCanary = (): void => {};

  /** What was put into a folder before that was watched is not told: that is known and no sign of silence. */
  function isInNewFolder(path: string): boolean {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      if (folders.has(folder) || earlierFolders.has(folder)) return true;
    }
    return false;
  }

  function unheard(found: readonly string[]): readonly string[] {
    if (files.size >= MAX_REMEMBERED || folders.size >= MAX_REMEMBERED) return [];
    return found.filter((path) => !files.has(path) && !isInNewFolder(path));
  }

  async function sing(signal: AbortSignal): Promise<Verdict> {
    const path = join(inbox, CANARY);
    const told = Promise.withResolvers<Verdict>();
    onCanary = () => told.resolve('flowing');
    try {
      await rm(path, { force: true });
      await writeFile(path, CANARY_TEXT, { mode: 0o644 });
      const silence = delay(EVENT_WAIT_MS, 'silent' as const, { signal }).catch(() => 'unknown' as const);
      return await Promise.race([told.promise, silence]);
    } catch (error) {
      if (systemErrorCode(error) === null) throw error;
      return 'unknown';
    } finally {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }

  return {
    heard(path) {
      if (path === CANARY) onCanary();
      else if (files.size < MAX_REMEMBERED) files.add(path);
    },
    heardFolder(path) {
      if (folders.size < MAX_REMEMBERED) folders.add(path);
    },
    async judge(found, signal) {
      const before = files.size + folders.size;
      if (unheard(found).length > 0) await delay(EVENT_WAIT_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return 'unknown';
      const isMissing = unheard(found).length > 0;
      const wasTold = before > 0 || files.size + folders.size > 0;
      earlierFolders = folders;
      [files, folders] = [new Set(), new Set()];
      if (isMissing) return 'silent';
      const verdict = options.hasCanary ? await sing(signal) : 'unknown';
      return verdict === 'unknown' && wasTold ? 'flowing' : verdict;
    },
  };
}
