import type { IncomingMessage as HttpRequest, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Logger } from '../../contract/logger.ts';
import { countEvents, type EventCounter } from '../../network/count-events.ts';
import { machineOf } from '../../network/machine-of.ts';
import type { BrokerAccess } from '../broker/read-broker-access.ts';
import { admitEverybody, admitPage, type Admit } from './admit-page.ts';
import { createCommandSignature, type CommandSignature } from './command-signature.ts';
import { dialBroker } from './dial-broker.ts';
import { joinPage, type JoinedPage } from './join-page.ts';

const MAX_PAYLOAD_BYTES = 256 * 1024;
const ADMISSION_CHECK_INTERVAL_MS = 2_000;
const LIFE_CHECK_INTERVAL_MS = 30_000;

export interface BridgeOptions {
  readonly server: Server;
  /** Path of the WebSocket, such as `/mqtt`. */
  readonly path: string;
  readonly brokerUrl: string;
  /** Certificates for the broker, and the credentials for pages with a grant: a page never sees them. */
  readonly access?: BrokerAccess;
  /** Signs the commands of pages with a grant; without it nothing can verify who sent them. */
  readonly signature?: CommandSignature;
  /** Without it every page is admitted. */
  readonly admit?: Admit;
  /** Further origins, other than the page's own host, whose pages may connect, such as `https://ward.example`. */
  readonly allowedOrigins?: readonly string[];
  /** A page was admitted on this connection. */
  readonly onAdmitted?: (socket: Socket) => void;
  readonly log: Logger;
}

export interface Bridge extends AsyncDisposable {
  readonly connections: number;
}

/**
 * Serves MQTT over WebSocket (MQTT 5, 6) to pages on the daemon's own HTTP port, whatever listeners the broker has:
 * bytes pass unchanged, with back-pressure in both directions. If one side closes, so does the other, at once: a page
 * notices a dead broker at once. 200 pages, each holder's share of them and 256 kB a frame at most; pages of other hosts
 * are refused, and a page that is refused again and again is disconnected.
 */
export function bridgeWebsockets(options: BridgeOptions): Bridge {
  const { server } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  const pages = new Set<JoinedPage>();
  const refusals = countEvents({ report: (refused) => options.log.warn(refused, 'page refused') });
  const timers = [
    setInterval(() => pages.forEach((page) => page.checkAdmission()), ADMISSION_CHECK_INTERVAL_MS),
    setInterval(() => pages.forEach((page) => page.checkLife()), LIFE_CHECK_INTERVAL_MS),
  ];
  const upgrade = createUpgrade({ options, sockets, pages, refusals });

  server.on('upgrade', upgrade);
  return {
    get connections() {
      return sockets.clients.size;
    },

    async [Symbol.asyncDispose]() {
      timers.forEach(clearInterval);
      refusals[Symbol.dispose]();
      server.off('upgrade', upgrade);
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      for (const display of sockets.clients) display.terminate();
      await closed;
    },
  };
}

interface UpgradeDeps {
  readonly options: BridgeOptions;
  readonly sockets: WebSocketServer;
  /** The connected pages. */
  readonly pages: Set<JoinedPage>;
  /** Goes into the log. */
  readonly refusals: EventCounter;
}

type Upgrade = (request: HttpRequest, socket: Duplex, head: Buffer) => void;

function createUpgrade({ options, sockets, pages, refusals }: UpgradeDeps): Upgrade {
  const { server, path, admit = admitEverybody, allowedOrigins = [], log } = options;
  const { signature = createCommandSignature() } = options;
  const onRefused = (display: string, what: string): void => refusals.add({ display, what });
  return (request, socket, head) => {
    if (pathOf(request) !== path) {
      if (server.listenerCount('upgrade') === 1) refuse(socket, '404 Not Found');
      return;
    }
    const holders = [...pages].map(({ holder }) => holder);
    const page = admitPage(request, { admit, allowedOrigins, holders });
    if ('refusal' in page) {
      refusals.add({ status: page.refusal, machine: machineOf(request.socket.remoteAddress ?? '') });
      refuse(socket, page.refusal);
      return;
    }
    // Read for each page: the password may change meanwhile.
    const { access = {} } = options;
    options.onAdmitted?.(request.socket);
    sockets.handleUpgrade(request, socket, head, (display) => {
      const joined = joinPage(display, dialBroker(options), { page, access, signature, onRefused, log });
      pages.add(joined);
      display.once('close', () => pages.delete(joined));
    });
  };
}

function pathOf({ url }: HttpRequest): string {
  return (url ?? '').split('?', 1)[0] ?? '';
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
