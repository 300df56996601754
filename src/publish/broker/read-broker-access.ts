import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Config } from '../../config/schema.ts';
import { BonewatchError } from '../../contract/errors.ts';
import { toClause } from '../../contract/sentence.ts';

/** Credentials and trusted certificates: the contents of the files that `broker` names. */
export interface BrokerAccess {
  readonly username?: string;
  readonly password?: string;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/**
 * Reads the password and the certificates. A relative `passwordFile` is first looked up among the
 * systemd credentials of the service; one line end after the password is not part of it.
 * @throws BROKER_LOGIN_REFUSED or BROKER_UNTRUSTED, with the key whose file cannot be read or used
 */
export async function readBrokerAccess(
  broker: Pick<Config['broker'], 'username' | 'passwordFile' | 'tls'>,
  credentialsDirectory: string | undefined,
): Promise<BrokerAccess> {
  const passwordPath = broker.passwordFile && secretPath(broker.passwordFile, credentialsDirectory);
  const keyPath = broker.tls?.key && secretPath(broker.tls.key, credentialsDirectory);
  const [password, ca, cert, key] = await Promise.all([
    readNamed('broker.passwordFile', passwordPath, 'BROKER_LOGIN_REFUSED'),
    readNamed('broker.tls.ca', broker.tls?.ca, 'BROKER_UNTRUSTED'),
    readNamed('broker.tls.cert', broker.tls?.cert, 'BROKER_UNTRUSTED'),
    readNamed('broker.tls.key', keyPath, 'BROKER_UNTRUSTED'),
  ]);
  if (broker.tls !== undefined) requireUsable({ ca, cert, key });
  return {
    ...(broker.username !== undefined && { username: broker.username }),
    ...(password && { password: password.toString('utf8').replace(/\r?\n$/, '') }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
}

/** TLS throws these faults where no caller can catch them. */
function requireUsable(files: Readonly<Record<'ca' | 'cert' | 'key', Buffer | undefined>>): void {
  try {
    createSecureContext(files);
  } catch (cause) {
    const reason = toClause(cause instanceof Error ? cause.message : String(cause));
    const message = `broker.tls: the certificates and the key cannot be used: ${reason}.`;
    throw new BonewatchError('BROKER_UNTRUSTED', message, { cause });
  }
}

/** Path of a secret that the configuration names: among the systemd credentials of the service, or as given. */
export function secretPath(nameOrPath: string, credentialsDirectory: string | undefined): string {
  const isCredential =
    credentialsDirectory !== undefined && !isAbsolute(nameOrPath) && !nameOrPath.includes('/');
  return isCredential ? join(credentialsDirectory, nameOrPath) : nameOrPath;
}

/** A file may be written, mounted or made readable later: the connection is tried again, and reads it then. */
async function readNamed(
  configKey: string,
  path: string | undefined,
  code: 'BROKER_LOGIN_REFUSED' | 'BROKER_UNTRUSTED',
): Promise<Buffer | undefined> {
  if (path === undefined || path === '') return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new BonewatchError(code, `${configKey}: ${path} cannot be read (${reason}).`, { cause });
  }
}
