import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../../../config/schema.ts';
import { backupPath } from '../../../../daemon/record/backup-path.ts';
import type { MachineFault } from './machine-fault.ts';
import { refusedAccount } from './may-access.ts';

/** Files of Bonewatch that cannot be created or written where the configuration wants them. */
export async function storeFaults({
  store,
  models,
}: Pick<Config, 'store' | 'models'>): Promise<readonly MachineFault[]> {
  const usesEngines = models.runtimeLibrary !== undefined && models.executionProviders.includes('tensorrt');
  const wanted = [
    { path: ['store', 'path'], file: store.path },
    { path: ['store', 'backup'], file: backupPath(store) },
    ...(usesEngines
      ? [{ path: ['models', 'engines', 'directory'], file: join(models.engines.directory, 'engine') }]
      : []),
  ];
  const messages = await Promise.all(wanted.map(({ file }) => fileFault(file)));
  const faults = wanted.flatMap(({ path }, index) => {
    const message = messages[index] ?? null;
    return message === null ? [] : [{ path, message }];
  });
  // The default copy is next to the database: the same fault once.
  return faults.filter(({ message }, index) => faults.findIndex((one) => one.message === message) === index);
}

/** Why the service cannot create or write a file; null if it can. */
export async function fileFault(file: string): Promise<string | null> {
  if (statOf(file)?.isDirectory() ?? false)
    return `${file} is a folder. Name the file, such as ${join(file, 'bonewatch.db')}.`;
  const folder = nearestOf(dirname(file));
  if (!(statOf(folder)?.isDirectory() ?? false)) return `${folder} is not a folder.`;
  const account = await refusedAccount(folder, 'write');
  if (account === null) return null;
  const what = folder === dirname(file) ? 'write to' : `create ${dirname(file)} in`;
  return `The account ${account} may not ${what} ${folder}. Create the folder for the account of the service, mode 0700.`;
}

/** A folder, or the nearest one above it that exists. */
function nearestOf(folder: string): string {
  return statOf(folder) !== null || folder === dirname(folder) ? folder : nearestOf(dirname(folder));
}

function statOf(path: string): ReturnType<typeof statSync> | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
