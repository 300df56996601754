import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import type { BrokerAccess } from '../broker/read-broker-access.ts';

const DIAL_TIMEOUT_MS = 10_000;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };

interface DialOptions {
  readonly brokerUrl: string;
  readonly access?: BrokerAccess;
}

/** A stream of bytes to the broker, over TCP, TLS or WebSocket. It fails if the broker does not answer within 10 s. */
export function dialBroker({ brokerUrl, access }: DialOptions): Duplex {
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
