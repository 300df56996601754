import { readdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../../config/schema.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { secretPath } from '../../../publish/broker/read-broker-access.ts';
import { runProgram, type RunProgram } from './run-program.ts';
import { ACCOUNT, accountId } from './service-account.ts';

export interface PermissionOptions {
  /** The file the configuration was read from. */
  readonly configFile: string;
  /** The file of the accounts; only tests set another. */
  readonly accounts?: string;
  readonly ask?: RunProgram;
  readonly isRoot?: boolean;
}

interface Fault {
  /** Whether the service cannot work with it. */
  readonly isFatal: boolean;
  readonly sentence: string;
}

/** Checks owners and modes: store, configuration, passwords, and read access to the inboxes. */
export function permissionChecks(config: Config, options: PermissionOptions): Check[] {
  return [{ name: 'permissions', run: () => checkPermissions(config, options) }];
}

async function checkPermissions(config: Config, options: PermissionOptions): Promise<CheckOutcome> {
  const account = accountId(options.accounts);
  const faults = [
    ...recordFaults(dirname(config.store.path)),
    ...ownerFaults(dirname(config.store.path), account),
    ...ownerFaults(config.models.engines.directory, account),
    ...configurationFaults(options.configFile),
    ...secretsOf(config).flatMap(secretFaults),
    ...(account === null ? [] : await inboxFaults(config, options)),
  ];
  if (faults.length === 0) return { state: 'ok', message: 'No excessive permissions found.' };
  return {
    state: faults.some(({ isFatal }) => isFatal) ? 'failed' : 'degraded',
    message: faults.map(({ sentence }) => sentence).join(' '),
  };
}

function recordFaults(folder: string): readonly Fault[] {
  const stats = statOf(folder);
  if (stats === null || (stats.mode & 0o077) === 0) return [];
  return [{ isFatal: false, sentence: `${folder} is open to others: chmod 700 ${folder}.` }];
}

/** A command run by root leaves files owned by root, which the service cannot write. */
function ownerFaults(folder: string, account: number | null): readonly Fault[] {
  const owner = account ?? statOf(folder)?.uid;
  const foreign = [folder, ...namesIn(folder).map((name) => join(folder, name))].filter(
    (path) => (statOf(path)?.uid ?? owner) !== owner,
  );
  if (foreign.length === 0) return [];
  const named = foreign.slice(0, 3).join(', ');
  const whose = account === null ? `the owner of ${folder}` : ACCOUNT;
  const cure = account === null ? '' : `: chown -R ${ACCOUNT}:${ACCOUNT} ${folder}`;
  const sentence = `${named} ${foreign.length === 1 ? 'does' : 'do'} not belong to ${whose}, so the service cannot write there${cure}.`;
  return [{ isFatal: true, sentence }];
}

function configurationFaults(file: string): readonly Fault[] {
  const stats = statOf(file);
  if (stats === null || (stats.mode & 0o002) === 0) return [];
  return [{ isFatal: false, sentence: `Anybody may change ${file}: chmod o-w ${file}.` }];
}

function secretsOf({ broker, screens }: Config): readonly string[] {
  const credentials = process.env['CREDENTIALS_DIRECTORY'];
  return [broker.passwordFile, broker.tls?.key, screens.tls?.key].flatMap((secret) =>
    secret === undefined ? [] : [secretPath(secret, credentials)],
  );
}

function secretFaults(file: string): readonly Fault[] {
  const stats = statOf(file);
  if (stats === null || (stats.mode & 0o007) === 0) return [];
  return [{ isFatal: false, sentence: `Anybody may read the secret ${file}: chmod o-rwx ${file}.` }];
}

/** Root may read everything, so the check runs under the account of the service. */
async function inboxFaults(
  { inboxes }: Config,
  { ask = runProgram, isRoot = process.getuid?.() === 0 }: PermissionOptions,
): Promise<readonly Fault[]> {
  if (!isRoot) return [];
  const faults = await Promise.all(
    inboxes.map(async ({ path }): Promise<readonly Fault[]> => {
      const script = 'test -r "$1" && test -x "$1" && echo may || echo may not';
      const answer = await ask('runuser', '-u', ACCOUNT, '--', 'sh', '-c', script, 'sh', path);
      if (answer !== 'may not') return [];
      const cure = `setfacl -R -m u:${ACCOUNT}:rX -m d:u:${ACCOUNT}:rX ${path}`;
      return [{ isFatal: true, sentence: `${ACCOUNT} may not read ${path}: ${cure}` }];
    }),
  );
  return faults.flat();
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
