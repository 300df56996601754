import { hostOf, isLoopback, portOf } from '../listen-address.ts';
import type { Contradiction } from './contradiction.ts';
import type { ValidParts } from './valid-parts.ts';

const ANY_HOST = new Set(['0.0.0.0', '::']);

/** Addresses that are taken twice, and encryption that is missing or has no effect. */
export function addresses(parts: ValidParts): Contradiction[] {
  return [
    ...samePort(parts),
    ...brokerOnOwnPort(parts),
    ...openToNetwork(parts),
    ...certificate(parts),
    ...brokerEncryption(parts),
    ...mixedContent(parts),
  ];
}

function samePort({ screens, health }: ValidParts): Contradiction[] {
  if (!isSameSocket(screens.listen, health.listen)) return [];
  const message = `Port ${portOf(health.listen)} is that of health.listen: choose another one.`;
  return [{ path: ['screens', 'listen'], message, compares: ['screens.listen', 'health.listen'] }];
}

function isSameSocket(a: string, b: string): boolean {
  if (portOf(a) === 0 || portOf(a) !== portOf(b)) return false;
  const [x, y] = [hostOf(a), hostOf(b)];
  return x === y || ANY_HOST.has(x) || ANY_HOST.has(y) || (isLoopback(x) && isLoopback(y));
}

function brokerOnOwnPort({ broker, screens, health }: ValidParts): Contradiction[] {
  if (broker.embedded) return [];
  const { hostname, port } = new URL(broker.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!isLoopback(host) || port === '') return [];
  const own = [
    { key: 'screens.listen', listen: screens.listen },
    { key: 'health.listen', listen: health.listen },
  ].find(({ listen }) => isSameSocket(`${host}:${port}`, listen));
  if (own === undefined) return [];
  const message = `Port ${port} of this machine is ${own.key}: name the port of the broker.`;
  return [{ path: ['broker', 'url'], message, compares: ['broker.url', 'broker.embedded', own.key] }];
}

function openToNetwork({ screens: { listen, tls, trustNetwork } }: ValidParts): Contradiction[] {
  if (isLoopback(hostOf(listen)) || trustNetwork || tls !== undefined) return [];
  const message =
    'Pages on the network must be encrypted: set screens.tls ({} creates a certificate), listen on 127.0.0.1, or set screens.trustNetwork: true on an isolated network.';
  const compares = ['screens.listen', 'screens.tls', 'screens.trustNetwork'];
  return [{ path: ['screens', 'listen'], message, compares }];
}

function certificate({ screens: { tls } }: ValidParts): Contradiction[] {
  if (tls === undefined || (tls.cert === undefined) === (tls.key === undefined)) return [];
  const message = 'Set both cert and key, or neither.';
  return [{ path: ['screens', 'tls'], message, compares: ['screens.tls'] }];
}

function brokerEncryption({ broker: { url, tls, embedded } }: ValidParts): Contradiction[] {
  if (tls === undefined || embedded) return [];
  const compares = ['broker.url', 'broker.tls', 'broker.embedded'];
  const path = ['broker', 'tls'];
  const isEncrypted = /^(mqtts|wss):/.test(url);
  const isHalf = (tls.cert === undefined) !== (tls.key === undefined);
  return [
    ...(isEncrypted
      ? []
      : [{ path, message: `It has no effect: ${url} is not encrypted. Use mqtts:// or wss://.`, compares }]),
    ...(isHalf ? [{ path, message: 'Set both cert and key, or neither.', compares }] : []),
  ];
}

/** Browsers do not open an unencrypted WebSocket from an encrypted page. */
function mixedContent({ broker, screens }: ValidParts): Contradiction[] {
  if (screens.tls === undefined || !(broker.websocketUrl?.startsWith('ws:') ?? false)) return [];
  const message = 'The pages are encrypted (screens.tls), so browsers accept wss:// only.';
  return [{ path: ['broker', 'websocketUrl'], message, compares: ['broker.websocketUrl', 'screens.tls'] }];
}
