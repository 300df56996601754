import { existsSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../contract/logger.ts';
import { BonewatchError, ERROR_CODES, isBonewatchError } from '../contract/errors.ts';
import { countEvents } from '../network/count-events.ts';
import { HTTP_TIMEOUTS, STALLED_MS, TLS_HANDSHAKE_MS } from '../network/http-timeouts.ts';
import {
  limitConnections,
  type ConnectionLimiter,
  type ConnectionLimits,
} from '../network/limit-connections.ts';
import { meRoute } from './access/me-route.ts';
import { openAuthenticator } from './access/open-authenticator.ts';
import type { Authenticator } from './access/authenticator.ts';
import { guardRoutes } from './guard-routes.ts';
import { readPlainPage } from './plain-page.ts';
import type { Route } from './route.ts';
import type { CertificatePair } from './tls/make-certificate.ts';
import { addSecurityHeaders } from './security-headers.ts';
import type { RecordAudit } from './access/audit-recorder.ts';
import { wardRoutes } from './ward/ward-routes.ts';
import type { WardRoutesOptions } from './ward/ward-routes.ts';

/** The built pages: in `dist/` of a checkout, or next to the compiled daemon of a package. */
const PAGES = fileURLToPath(new URL('../../dist/pages/', import.meta.url));
const PACKAGED_PAGES = fileURLToPath(new URL('../pages/', import.meta.url));

const DEFAULT_CONNECTIONS: ConnectionLimits = { max: 1024, maxPerMachine: 128 };

/** When a client should retry what is still starting. */
const RETRY_AFTER_SECONDS = 10;

export interface ScreensOptions extends WardRoutesOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** Certificate and key, PEM; without them the pages are not encrypted. */
  readonly certificate?: CertificatePair;
  /** Open connections; `DEFAULT_CONNECTIONS` by default. */
  readonly connections?: ConnectionLimits;
  /** Without it every client is admitted. */
  readonly authenticator?: Authenticator;
  /** Without it nothing is audited. */
  readonly recordAudit?: RecordAudit;
  /** The routes of further pages. */
  readonly routes?: readonly Route[];
  readonly log: Logger;
  /** Folder of the built pages; the shipped ones by default. */
  readonly pages?: string;
}

export interface Screens extends AsyncDisposable {
  /** Where the pages are, such as `http://127.0.0.1:8470`. */
  readonly url: string;
  /** Everything that is served, except scripts, styles, fonts and icons. */
  readonly routes: readonly Route[];
  /** For the WebSocket bridge to the broker, which listens to its `upgrade`. */
  readonly httpServer: Server;
  /** Of its connections; it needs to know of requests that other listeners of `upgrade` accept. */
  readonly limiter: ConnectionLimiter;
  /** Uses a renewed certificate for new connections; without TLS it does nothing. */
  renewCertificate(pair: CertificatePair): void;
}

/**
 * Serves the pages. Resolves once it listens. Throws PORT_IN_USE for an address in use, and a plain error with the
 * command to run if the pages have not been built.
 */
export async function serveScreens(options: ScreensOptions): Promise<Screens> {
  const { authenticator = openAuthenticator(), recordAudit = () => undefined, log } = options;
  const pages = findPages(options.pages);
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    serverFactory: (handler) => createHttpServer(handler, options.certificate),
  });
  const limiter = limitPages(app.server, options);
  const plain = readPlainPage(pages, options.site);
  const routes = [meRoute(), ...wardRoutes(options, { plain, recordAudit }), ...(options.routes ?? [])];
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  // Before the routes and files, which otherwise use Fastify's own.
  await addSecurityHeaders(app, options.websocketUrl);
  answerErrors(app, log);
  guardRoutes(app, routes, { authenticator, files: ['/assets/*', '/icon.svg'] });
  await serveFiles(app, pages);
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/api/')) return reply.code(404).send({ error: 'not-found' });
    return plain.sendMissing(reply);
  });
  await listen(app, options.listen);
  const { port } = app.server.address() as AddressInfo;
  const host = options.listen.host.includes(':') ? `[${options.listen.host}]` : options.listen.host;
  const { server } = app;
  return {
    url: `${options.certificate ? 'https' : 'http'}://${host}:${port}`,
    routes,
    httpServer: server,
    limiter,
    renewCertificate(pair) {
      if (server instanceof TlsServer) server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' });
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
    },
  };
}

function createHttpServer(handler: RequestListener, certificate: CertificatePair | undefined): Server {
  if (certificate === undefined) return createServer(HTTP_TIMEOUTS, handler);
  const tls = { ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: TLS_HANDSHAKE_MS } as const;
  return createTlsServer({ ...HTTP_TIMEOUTS, ...tls }, handler);
}

function limitPages(
  server: Server,
  { connections = DEFAULT_CONNECTIONS, log }: ScreensOptions,
): ConnectionLimiter {
  const refusals = countEvents({
    report: (refused) => log.warn(refused, 'connections refused'),
  });
  server.once('close', () => refusals[Symbol.dispose]());
  server.setTimeout(STALLED_MS);
  return limitConnections(server, { ...connections, onRefused: (machine) => refusals.add({ machine }) });
}

function findPages(given: string | undefined): string {
  const folder = [given ?? PAGES, PACKAGED_PAGES].find((path) => existsSync(`${path}/ward/index.html`));
  if (folder === undefined) throw new Error('The pages have not been built. Run `npm run build:pages`.');
  return folder;
}

async function serveFiles(app: FastifyInstance, pages: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: pages,
    serve: false,
  });
  await app.register(fastifyStatic, {
    root: `${pages}/assets`,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
  app.get('/icon.svg', (_request, reply) => reply.sendFile('icon.svg', { maxAge: '1d' }));
}

function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((err, request, reply) => {
    const route = request.routeOptions.url;
    if (isBonewatchError(err) && ERROR_CODES[err.code].http === 503) {
      log.warn({ code: err.code, reason: err.message, route }, 'request refused');
      return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ error: err.code });
    }
    const status = statusOf(err);
    if (status < 500) return reply.code(status).send({ error: 'invalid' });
    log.error({ err, route }, 'page request failed');
    return reply.code(500).send({ error: 'internal' });
  });
}

/** Fastify's own errors, such as an invalid JSON body, have a status. */
function statusOf(error: unknown): number {
  const isNamed = typeof error === 'object' && error !== null && 'statusCode' in error;
  return isNamed && typeof error.statusCode === 'number' ? error.statusCode : 500;
}

async function listen(app: FastifyInstance, address: ScreensOptions['listen']): Promise<void> {
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (cause) {
    await app.close();
    throw new BonewatchError('PORT_IN_USE', `Cannot listen on ${address.host}:${address.port}.`, { cause });
  }
}
