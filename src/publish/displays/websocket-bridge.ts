import type { IncomingMessage as HttpRequest, Server } from 'node:http';
import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Logger } from '../../contract/logger.ts';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { isBonewatchError } from '../../contract/errors.ts';
import type { DisplayGrant } from './display-grant.ts';
import { guardPackets } from './guard-packets.ts';
import type { BrokerAccess } from '../broker/read-broker-access.ts';

const MAX_CONNECTIONS = 200;
const MAX_PAYLOAD_BYTES = 256 * 1024;
const DIAL_TIMEOUT_MS = 10_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };
/** Close codes of IANA's registry: "try again later", "policy violation"; and a private one: sign in again. */
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;
const SIGNED_OUT = 4401;
const ADMISSION_CHECK_INTERVAL_MS = 2_000;

/** An admitted page. */
export interface AdmittedPage {
  /** Its permissions; null: unrestricted, its bytes pass unchanged. */
  readonly grant: DisplayGrant | null;
  /** Whether it would still be admitted: checked every two seconds. */
  isStillAdmitted(): boolean;
}

export interface BridgeOptions {
  readonly server: Server;
  /** Path of the WebSocket, such as `/mqtt`. */
  readonly path: string;
  readonly brokerUrl: string;
  /** Certificates for the broker, and the credentials for pages with a grant: a page never sees them. */
  readonly access?: BrokerAccess;
  /** Authenticates a request; null is answered with 401. Without it every page is admitted. */
  readonly admit?: (request: HttpRequest) => AdmittedPage | null;
  /** Further origins, other than the page's own host, whose pages may connect, such as `https://ward.example`. */
  readonly allowedOrigins?: readonly string[];
  readonly log: Logger;
}

export interface Bridge extends AsyncDisposable {
  readonly connections: number;
}

/**
 * Serves MQTT over WebSocket (MQTT 5, 6) to pages on the daemon's own HTTP port, whatever listeners the broker has:
 * bytes pass unchanged, with back-pressure in both directions. If one side closes, so does the other, at once: a page
 * notices a dead broker at once. 200 connections and 256 kB a frame at most; pages of other hosts are refused.
 */
export function bridgeWebsockets(options: BridgeOptions): Bridge {
  const { server } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });

  const joined = new Map<WebSocket, JoinedPage>();
  const looking = setInterval(() => {
    for (const page of joined.values()) page.look();
  }, ADMISSION_CHECK_INTERVAL_MS);
  const upgrade = (request: HttpRequest, socket: Duplex, head: Buffer): void => {
    const page = admittedPage(request, socket, { options, connections: sockets.clients.size });
    if (page === null) return;
    sockets.handleUpgrade(request, socket, head, (display) => {
      joined.set(display, join(display, dial(options), { page, options }));
      display.once('close', () => joined.delete(display));
    });
  };

  server.on('upgrade', upgrade);
  return {
    get connections() {
      return sockets.clients.size;
    },

    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      server.off('upgrade', upgrade);
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      for (const display of sockets.clients) display.terminate();
      await closed;
    },
  };
}

/** The page that requests a connection; null if the request was refused. */
function admittedPage(
  request: HttpRequest,
  socket: Duplex,
  { options, connections }: { readonly options: BridgeOptions; readonly connections: number },
): AdmittedPage | null {
  const { server, log } = options;
  if (pathOf(request) !== options.path) {
    if (server.listenerCount('upgrade') === 1) refuse(socket, '404 Not Found');
    return null;
  }
  const refusal = refusalOf(request, options.allowedOrigins ?? [], connections);
  if (refusal !== null) {
    log.warn({ status: refusal, connections }, 'display refused');
    refuse(socket, refusal);
    return null;
  }
  const page = options.admit === undefined ? EVERYBODY : options.admit(request);
  if (page === null) refuse(socket, '401 Unauthorized');
  return page;
}

/** A connected page. */
interface JoinedPage {
  /** Disconnects it if it is no longer admitted. */
  look(): void;
}

const EVERYBODY: AdmittedPage = { grant: null, isStillAdmitted: () => true };

function join(
  display: WebSocket,
  broker: Duplex,
  { page, options }: { readonly page: AdmittedPage; readonly options: BridgeOptions },
): JoinedPage {
  const { log, access = {} } = options;
  const stream = createWebSocketStream(display);
  const guard = page.grant && guardPackets({ grant: page.grant, access, onRefused: tellRefused });
  let ending = { code: TRY_AGAIN_LATER, reason: 'no broker' };

  function tellRefused(what: string): void {
    log.warn({ display: page.grant?.displayId, what }, 'page refused');
  }

  // Both end in `close`, which closes the other side.
  stream.on('error', (err) => log.debug({ err }, 'display connection failed'));
  broker.on('error', (err) => log.debug({ err }, 'bridge lost the broker'));
  stream.once('close', () => broker.destroy());
  broker.once('close', () => {
    display.close(ending.code, ending.reason);
    // Without a reader, the page's answer to the close frame is not seen, and the socket stays half-open.
    stream.resume();
  });
  function end(code: number, reason: string): void {
    ending = { code, reason };
    broker.destroy();
  }

  if (guard === null) {
    stream.pipe(broker).pipe(stream);
  } else {
    guard.toBroker.on('error', () => end(POLICY_VIOLATION, 'not allowed'));
    stream.pipe(guard.toBroker).pipe(broker).pipe(guard.toPage).pipe(stream);
  }
  return {
    look() {
      if (!isAdmitted(page)) end(SIGNED_OUT, 'signed out');
    },
  };
}

/** While the store cannot be read, admitted pages stay connected. */
function isAdmitted(page: AdmittedPage): boolean {
  try {
    return page.isStillAdmitted();
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return true;
  }
}

function dial({ brokerUrl, access }: BridgeOptions): Duplex {
  const tls = { ca: access?.ca, cert: access?.cert, key: access?.key };
  const url = new URL(brokerUrl);
  if (url.protocol === 'ws:' || url.protocol === 'wss:')
    return createWebSocketStream(new WebSocket(url, ['mqtt'], { ...tls, handshakeTimeout: DIAL_TIMEOUT_MS }));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || DEFAULT_PORTS[url.protocol]);
  const isTls = url.protocol === 'mqtts:';
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = isTls ? connectTls({ ...tls, ...servername, host, port }) : connectTcp({ host, port });
  const timeout = setTimeout(() => socket.destroy(new Error('the broker does not answer')), DIAL_TIMEOUT_MS);
  socket.once(isTls ? 'secureConnect' : 'connect', () => clearTimeout(timeout));
  socket.once('close', () => clearTimeout(timeout));
  socket.setNoDelay(true);
  return socket;
}

function pathOf({ url }: HttpRequest): string {
  return (url ?? '').split('?', 1)[0] ?? '';
}

/** Why a page is refused, as an HTTP status, or null. */
function refusalOf(request: HttpRequest, allowed: readonly string[], connections: number): string | null {
  if (connections >= MAX_CONNECTIONS) return '503 Service Unavailable';
  if (!isAllowedOrigin(request, allowed)) return '403 Forbidden';
  return offersMqtt(request) ? null : '400 Bad Request';
}

/** Browsers always send an Origin; a client without one is not a page, so no cross-site attack is possible. */
function isAllowedOrigin({ headers }: HttpRequest, allowed: readonly string[]): boolean {
  if (headers.origin === undefined || allowed.includes(headers.origin)) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

function offersMqtt({ headers }: HttpRequest): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === 'mqtt');
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
