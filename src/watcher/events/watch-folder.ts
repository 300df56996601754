import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { watch } from 'chokidar';
import { CANARY } from './watch-probe.ts';
import { isHidden } from '../inspect-path.ts';

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
  return { listed, [Symbol.asyncDispose]: () => watcher.close() };
}
