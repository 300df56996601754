import { networkInterfaces, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { hostOf, portOf } from '../../config/listen-address.ts';
import type { Config } from '../../config/schema.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Logger } from '../../contract/logger.ts';
import { connectionBudget, readMaxOpenFiles } from '../../network/connection-budget.ts';
import type { ConnectionLimits } from '../../network/limit-connections.ts';
import { openDisplayBridge } from './open-display-bridge.ts';
import { openAccess } from './open-access.ts';
import { secretPath } from '../../publish/broker/read-broker-access.ts';
import type { CommandSignature } from '../../publish/displays/command-signature.ts';
import type { MarkedCopies } from '../console/open-marked-copies.ts';
import type { Route } from '../../screens/route.ts';
import { serveScreens, type Screens } from '../../screens/serve-screens.ts';
import {
  ensureOwnCertificate,
  readCertificate,
  writtenAt,
  type CertificateFiles,
} from '../../screens/tls/certificate-files.ts';
import { wardPictureRoute } from '../../screens/ward/ward-picture-route.ts';
import type { Store } from '../../store/open-store.ts';

/** The pages, and the displays' connection to the broker through the same port. */
export interface OpenScreens extends AsyncDisposable {
  readonly url: string;
  readonly routes: Screens['routes'];
}

type ScreensConfig = Pick<Config, 'site' | 'device' | 'wards' | 'broker' | 'screens' | 'store'>;

interface ScreenDeps {
  readonly brokerUrl: string;
  readonly store: Pick<Store, 'users' | 'sessions' | 'displays' | 'audit'>;
  /** Signs the commands of pages. */
  readonly signature: CommandSignature;
  /** The pictures of alerts. */
  readonly copies: MarkedCopies;
  /** The routes of further pages. */
  readonly routes?: readonly Route[];
  readonly log: Logger;
  /** Folder of the built pages; the shipped ones without it. */
  readonly pages?: string;
}

const LOOK_AT_CERTIFICATE_MS = 60_000;

/**
 * Serves the pages; without another address, a display reaches the broker at `/mqtt`. Throws PORT_IN_USE,
 * SCREENS_UNPROTECTED, TLS_INVALID, CONFIG_INVALID.
 */
export async function openScreens(
  config: ScreensConfig,
  { brokerUrl, store, signature, copies, log, pages, routes: further = [] }: ScreenDeps,
): Promise<OpenScreens> {
  const { site, device, wards, broker, screens } = config;
  const { authenticator, recordAudit, routes, admit } = openAccess(config, store);
  const files = await certificateFiles(config);
  const now = (): Date => new Date();
  const picture = wardPictureRoute({ copies, recordAudit, now });
  await using parts = new AsyncDisposableStack();
  const served = parts.use(
    await serveScreens({
      listen: { host: hostOf(screens.listen), port: portOf(screens.listen) },
      site,
      device: device.id,
      wards,
      phone: site.phone,
      night: screens.night,
      websocketUrl: broker.websocketUrl ?? null,
      protocolVersion: broker.embedded ? 4 : broker.protocolVersion,
      now,
      connections: connectionsOf(screens),
      ...(files === null ? {} : { certificate: readCertificate(files) }),
      authenticator,
      recordAudit,
      routes: [...routes, picture, ...further],
      log,
      ...(pages === undefined ? {} : { pages }),
    }),
  );
  if (files !== null) parts.use(followCertificate(files, served, log));
  const { httpServer: server, limiter } = served;
  const bridge = { server, brokerUrl, admit, signature, onAdmitted: limiter.markRequested, log };
  parts.use(await openDisplayBridge(broker, bridge));
  const open = parts.move();
  return { url: served.url, routes: served.routes, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function connectionsOf({ maxConnections, maxConnectionsPerMachine }: Config['screens']): ConnectionLimits {
  const wanted = { max: maxConnections, maxPerMachine: maxConnectionsPerMachine };
  return connectionBudget(wanted, readMaxOpenFiles());
}

/** The hospital's certificate, or the self-signed one next to the database; null if the pages are not encrypted. */
async function certificateFiles({
  screens: { tls, listen },
  store,
}: ScreensConfig): Promise<CertificateFiles | null> {
  if (tls === undefined) return null;
  if (tls.cert !== undefined && tls.key !== undefined)
    return { cert: tls.cert, key: secretPath(tls.key, process.env['CREDENTIALS_DIRECTORY']) };
  const addresses = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const known = [hostname(), 'localhost', hostOf(listen), ...addresses.map(({ address }) => address)];
  return ensureOwnCertificate(join(dirname(store.path), 'tls'), {
    names: tls.names,
    alsoNames: known.filter((name) => /^[A-Za-z0-9.:-]+$/.test(name)),
    now: new Date(),
  });
}

/** Loads a renewed certificate without a restart; an unusable one is rejected and the previous one stays in use. */
function followCertificate(files: CertificateFiles, screens: Screens, log: Logger): Disposable {
  let taken = writtenAt(files);
  const timer = setInterval(() => {
    const written = writtenAt(files);
    if (written === taken) return;
    taken = written;
    try {
      screens.renewCertificate(readCertificate(files));
      log.info('renewed certificate loaded');
    } catch (error) {
      if (!isBonewatchError(error, 'TLS_INVALID')) throw error;
      log.error({ code: error.code, reason: error.message }, 'renewed certificate rejected');
    }
  }, LOOK_AT_CERTIFICATE_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
