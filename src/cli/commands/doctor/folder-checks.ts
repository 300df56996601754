import { existsSync } from 'node:fs';
import { access, constants, readFile, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config, InboxConfig } from '../../../config/schema.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { createDiskGuard, diskLimits } from '../../../health/disk-guard.ts';
import { mountOf, needsPolling } from '../../../watcher/events/filesystem.ts';
import { fileFault } from '../config/machine/store-faults.ts';
import { evaluateMount } from './evaluate-mount.ts';

/** Checks the folders: whether each inbox can be read, how its changes are detected, whether the store can be written. */
export function folderChecks({ inboxes, store, models }: Config): Check[] {
  return [
    ...inboxes.map((inbox, index) => ({ name: `inbox ${index + 1}`, run: () => checkInbox(inbox) })),
    { name: 'store', run: () => checkStore(store.path) },
    ...(storesEngines(models)
      ? [{ name: 'engines', run: () => checkEngineFolder(models.engines.directory) }]
      : []),
    {
      name: 'disk',
      run: async () => createDiskGuard(await nearestFolder(store.path), diskLimits(store.disk)).check.run(),
    },
  ];
}

async function checkInbox({ path, mode }: InboxConfig): Promise<CheckOutcome> {
  try {
    const entries = await readdir(path);
    const mount = mountOf(await realpath(path), await readFile('/proc/self/mountinfo', 'utf8'));
    const filesystem = mount?.type ?? 'unknown';
    const faults = mount === null ? [] : evaluateMount(mount);
    const isPolled = mode === 'poll' || (mode === 'auto' && needsPolling(filesystem));
    const how = isPolled ? 'looked through again and again' : 'noticed by events';
    const message = `${path}: ${entries.length} entries, ${filesystem}, new files are ${how}.`;
    return { state: faults.length === 0 ? 'ok' : 'degraded', message: [message, ...faults].join(' ') };
  } catch (error) {
    const message = `${path}: ${codeOf(error)}. Mount it, and give the account of the service read permission.`;
    return { state: 'failed', message };
  }
}

async function checkStore(path: string): Promise<CheckOutcome> {
  const fault = await fileFault(path);
  if (fault !== null) return { state: 'failed', message: fault };
  const what = existsSync(dirname(path)) ? 'can be written' : 'does not exist yet and will be made';
  return { state: 'ok', message: `${dirname(path)} ${what}.` };
}

/** Only a configured library uses the folder of engines. */
function storesEngines({ runtimeLibrary, executionProviders }: Config['models']): boolean {
  return runtimeLibrary !== undefined && executionProviders.includes('tensorrt');
}

async function checkEngineFolder(folder: string): Promise<CheckOutcome> {
  try {
    await access(await nearestFolder(join(folder, 'engine')), constants.W_OK | constants.X_OK);
    return { state: 'ok', message: `Engines can be stored in ${folder}.` };
  } catch (error) {
    const message = `${folder}: ${codeOf(error)}. Without engines TensorRT does not serve. Use a folder below /var/cache/bonewatch, which the service may write.`;
    return { state: 'degraded', message };
  }
}

/** The folder of a path, or the nearest one above it that exists. */
async function nearestFolder(path: string): Promise<string> {
  const folder = dirname(path);
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || folder === dirname(folder) ? folder : nearestFolder(folder);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
