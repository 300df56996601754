import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { hostOf, isLoopback } from '../../../config/listen-address.ts';
import type { Config } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { Check, CheckOutcome } from '../../../health/check.ts';
import { secretPath } from '../../../publish/broker/read-broker-access.ts';
import { readCertificate, type CertificateFiles } from '../../../screens/tls/certificate-files.ts';
import { openStore } from '../../../store/open-store.ts';

const DAY_MS = 86_400_000;
const RENEW_BEFORE_DAYS = 30;

type ScreensConfig = Pick<Config, 'screens' | 'store'>;

/** Checks the pages: their certificate, and whether an admin can sign in. Creates and changes nothing. */
export function screenChecks(config: ScreensConfig, now: Date = new Date()): Check[] {
  return [
    { name: 'certificate', run: () => checkCertificate(config, now) },
    { name: 'users', run: () => checkUsers(config) },
  ];
}

function checkCertificate({ screens, store }: ScreensConfig, now: Date): CheckOutcome {
  const { tls } = screens;
  if (tls === undefined) return unencrypted(screens);
  const names = calledBy(screens);
  if (tls.cert !== undefined && tls.key !== undefined) {
    const key = secretPath(tls.key, process.env['CREDENTIALS_DIRECTORY']);
    return evaluateCertificate({ cert: tls.cert, key }, names, now);
  }
  const folder = join(dirname(store.path), 'tls');
  const own = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  if (!existsSync(own.cert))
    return { state: 'ok', message: `There is none yet; one is created in ${folder} at the first start.` };
  const { state, message } = evaluateCertificate(own, names, now);
  return state === 'ok'
    ? { state, message }
    : { state: 'degraded', message: `${message} ${renewalHint(folder)}` };
}

function renewalHint(folder: string): string {
  return `It is Bonewatch's own: add what is missing to screens.tls.names, remove ${folder}, and restart.`;
}

function unencrypted({ listen, trustNetwork }: Config['screens']): CheckOutcome {
  if (isLoopback(hostOf(listen))) return { state: 'ok', message: `None needed: ${listen} is this machine.` };
  if (!trustNetwork) return { state: 'failed', message: `${listen} is reached by others. Set screens.tls.` };
  const message = `${listen} is not encrypted, as screens.trustNetwork allows. User names and passwords are readable on this network.`;
  return { state: 'degraded', message };
}

function evaluateCertificate(files: CertificateFiles, names: readonly string[], now: Date): CheckOutcome {
  let cert: string;
  try {
    ({ cert } = readCertificate(files));
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return { state: 'failed', message: `${error.message} [${error.code}]. ${error.hint}` };
  }
  const known = new X509Certificate(cert);
  const until = known.validToDate.toISOString().slice(0, 10);
  const days = Math.floor((known.validToDate.getTime() - now.getTime()) / DAY_MS);
  if (days < 0) return { state: 'failed', message: `${files.cert} expired on ${until}. Renew it.` };
  if (known.validFromDate > now) {
    const from = known.validFromDate.toISOString().slice(0, 10);
    return {
      state: 'failed',
      message: `${files.cert} is not valid before ${from}. Check the clock of this machine.`,
    };
  }
  if (days < RENEW_BEFORE_DAYS)
    return {
      state: 'degraded',
      message: `${files.cert} expires in ${days} days, on ${until}. Renew it now.`,
    };
  const unnamed = names.filter(
    (name) => (isIP(name) === 0 ? known.checkHost(name) : known.checkIP(name)) === undefined,
  );
  const states = known.subjectAltName ?? 'no names';
  if (unnamed.length > 0)
    return {
      state: 'degraded',
      message: `${files.cert} does not name ${unnamed.join(', ')}, only ${states}. Displays that use such an address refuse it.`,
    };
  return {
    state: 'ok',
    message: `${files.cert} matches its key and is valid until ${until}, for ${states}.`,
  };
}

/** The names under which displays reach this machine, according to the configuration. */
function calledBy({ tls, listen }: Config['screens']): readonly string[] {
  const host = hostOf(listen);
  const isNamed = !isLoopback(host) && host !== '0.0.0.0' && host !== '::';
  return [...new Set([...(tls?.names ?? []), ...(isNamed ? [host] : [])])];
}

function checkUsers({ screens, store: { path } }: ScreensConfig): CheckOutcome {
  const roles = existsSync(path) ? rolesIn(path) : [];
  const isReached = !isLoopback(hostOf(screens.listen));
  const admins = roles.filter((role) => role === 'admin').length;
  if (roles.length === 0 && !isReached)
    return { state: 'ok', message: 'None: the pages are open on this machine only.' };
  if (roles.length === 0 && screens.trustNetwork)
    return { state: 'degraded', message: `None: everyone who reaches ${screens.listen} has all rights.` };
  if (admins > 0) return { state: 'ok', message: `${roles.length} may sign in, ${admins} as admin.` };
  const message = 'No user is an admin. Add one: bonewatch user add NAME --role admin --config FILE';
  return { state: isReached ? 'failed' : 'degraded', message };
}

function rolesIn(path: string): readonly string[] {
  using store = openStore(path, { clock: Date, isReadOnly: true });
  return store.users.list().map(({ role }) => role);
}
