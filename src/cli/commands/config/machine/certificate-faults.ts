import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Config } from '../../../../config/schema.ts';
import { isBonewatchError } from '../../../../contract/errors.ts';
import { secretPath } from '../../../../publish/broker/read-broker-access.ts';
import { readCertificate } from '../../../../screens/tls/certificate-files.ts';
import { systemCode, type MachineFault } from './machine-fault.ts';
import { isAnotherUser, refusedAccount } from './may-access.ts';

type Path = MachineFault['path'];

interface NamedFile {
  readonly path: Path;
  readonly file: string;
}

/** Certificates, keys and passwords that are missing, unreadable or no certificates. */
export async function certificateFaults({
  broker,
  screens,
}: Pick<Config, 'broker' | 'screens'>): Promise<readonly MachineFault[]> {
  const { tls } = broker;
  const certificates = named(['broker', 'tls', 'ca'], tls?.ca);
  const files = [
    ...certificates,
    ...named(['broker', 'tls', 'cert'], tls?.cert),
    ...named(['broker', 'tls', 'key'], tls?.key),
    ...named(['broker', 'passwordFile'], broker.passwordFile),
    ...named(['screens', 'tls', 'cert'], screens.tls?.cert),
    ...named(['screens', 'tls', 'key'], screens.tls?.key),
  ];
  const unreadable = (await Promise.all(files.map(readFault))).flat();
  const isReadable = ({ path }: NamedFile): boolean => !unreadable.some((fault) => fault.path === path);
  return [
    ...unreadable,
    ...certificates.filter(isReadable).flatMap(authorityFault),
    ...pairFault(['broker', 'tls'], tls),
    ...pairFault(['screens', 'tls'], screens.tls),
  ];
}

/** The file of a key. A credential exists only while systemd runs the service. */
function named(path: Path, nameOrPath: string | undefined): readonly NamedFile[] {
  const file = nameOrPath && secretPath(nameOrPath, process.env['CREDENTIALS_DIRECTORY']);
  return file === undefined || file === '' || !isAbsolute(file) ? [] : [{ path, file }];
}

async function readFault({ path, file }: NamedFile): Promise<readonly MachineFault[]> {
  const fault = (message: string): readonly MachineFault[] => [{ path, message }];
  try {
    if (statSync(file).isDirectory()) return fault(`${file} is a folder.`);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' && isAnotherUser()) return [];
    return fault(code === 'ENOENT' ? `${file} does not exist.` : `${file} cannot be read (${code}).`);
  }
  const account = await refusedAccount(file, 'read');
  return account === null ? [] : fault(`The account ${account} may not read ${file}.`);
}

function authorityFault({ path, file }: NamedFile): readonly MachineFault[] {
  try {
    new X509Certificate(readFileSync(file));
    return [];
  } catch (error) {
    if (systemCode(error) === 'EACCES') return [];
    return [{ path, message: `${file} is not a certificate in PEM.` }];
  }
}

function pairFault(
  path: Path,
  tls: { readonly cert?: string | undefined; readonly key?: string | undefined } | undefined,
): readonly MachineFault[] {
  if (tls?.cert === undefined || tls.key === undefined) return [];
  const key = secretPath(tls.key, process.env['CREDENTIALS_DIRECTORY']);
  // What is missing is reported already.
  if (![tls.cert, key].every((file) => existsSync(file))) return [];
  try {
    readCertificate({ cert: tls.cert, key });
    return [];
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    if (systemCode(error.cause) === 'EACCES') return [];
    return [{ path, message: error.message }];
  }
}
