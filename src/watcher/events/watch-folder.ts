import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { CANARY } from './canary.ts';
import { isHidden } from '../inspect-path.ts';

const CLOSE_TIMEOUT_MS = 2000;

export interface FolderListeners {
  /** A file appeared or changed; the path is relative to the folder. */
  readonly onFile: (path: string) => void;
  /** A sub-folder appeared. Files put into it before it was watched are not reported (chokidar #1471). */
  readonly onFolder: (path: string) => void;
  /** The folder itself was removed. */
  readonly onRemoved: () => void;
  /** Events are no longer reliable. */
  readonly onBroken: (error: unknown) => void;
}

export interface FolderWatch extends AsyncDisposable {
  /** Resolves when the folder was listed: later arrivals are reported. */
  readonly listed: Promise<void>;
}

/** Reports the kernel's change events below a folder; links are not followed. */
export async function watchFolder(folder: string, listeners: FolderListeners): Promise<FolderWatch> {
  const root = await realpath(folder);
  const canary = join(root, CANARY);
  const watcher = watch(root, {
    backend: 'native',
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    atomic: false,
    ignored: (path) => path !== root && isHidden(path) && path !== canary,
  });
  watcher.on('add', (path) => listeners.onFile(relative(root, path)));
  watcher.on('change', (path) => listeners.onFile(relative(root, path)));
  watcher.on('addDir', (path) => {
    if (path !== root) listeners.onFolder(relative(root, path));
  });
  watcher.on('unlinkDir', (path) => {
    if (path === root) listeners.onRemoved();
  });
  watcher.on('error', listeners.onBroken);
  const listed = new Promise<void>((resolve) => watcher.once('ready', resolve));
  return { listed, [Symbol.asyncDispose]: () => closeInTime(watcher) };
}

/**
 * Chokidar reports nothing once it is being closed, but waits for listings of folders, which may never end if entries
 * are swapped with links meanwhile. The scans of the folder must not wait for that.
 */
async function closeInTime(watcher: FSWatcher): Promise<void> {
  const closed = watcher.close();
  closed.catch(() => undefined);
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(late.resolve, CLOSE_TIMEOUT_MS, null);
  await Promise.race([closed, late.promise]);
  clearTimeout(timer);
}
