import { hostOf, isLoopback } from './listen-address.ts';
import type { Config } from './schema.ts';

/** A fault in the combination of several keys. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Contradictions of a configuration whose keys are all valid. */
export function contradictions(config: Config): Contradiction[] {
  return [
    ...wards(config),
    ...inboxes(config),
    ...thresholds(config),
    ...models(config),
    ...escalation(config),
    ...disk(config),
    ...addresses(config),
    ...certificate(config),
  ];
}

function wards({ wards: all }: Config): Contradiction[] {
  return all.flatMap(({ id }, index) =>
    all.findIndex((ward) => ward.id === id) < index
      ? [{ path: ['wards', index, 'id'], message: `Ward ${id} is listed twice.` }]
      : [],
  );
}

function inboxes({ inboxes: all, wards: known }: Config): Contradiction[] {
  return all.flatMap(({ path, ward }, index) => [
    ...(all.some((other, i) => i < index && isSameOrInside(path, other.path))
      ? [{ path: ['inboxes', index, 'path'], message: 'This folder is inside another inbox.' }]
      : []),
    ...(ward === undefined || known.some(({ id }) => id === ward)
      ? []
      : [{ path: ['inboxes', index, 'ward'], message: `There is no ward ${ward}.` }]),
  ]);
}

function isSameOrInside(a: string, b: string): boolean {
  const [x, y] = [`${a}/`.replace(/\/+$/, '/'), `${b}/`.replace(/\/+$/, '/')];
  return x.startsWith(y) || y.startsWith(x);
}

function thresholds({ alerts: { suspected, definite } }: Config): Contradiction[] {
  const isUpsideDown = suspected !== undefined && definite !== undefined && definite < suspected;
  return isUpsideDown
    ? [{ path: ['alerts', 'definite'], message: 'Must not be below alerts.suspected.' }]
    : [];
}

function models({ models: { active, operatingPoints }, alerts }: Config): Contradiction[] {
  const hasDetector = active.some((entry) => typeof entry === 'string' || entry.role === 'detector');
  const isFixedTwice =
    operatingPoints !== undefined && (alerts.suspected !== undefined || alerts.definite !== undefined);
  return [
    ...(hasDetector
      ? []
      : [{ path: ['models', 'active'], message: 'At least one model must be a detector.' }]),
    ...(isFixedTwice
      ? [
          {
            path: ['models', 'operatingPoints'],
            message: 'Conflicts with alerts.suspected and alerts.definite: remove one of them.',
          },
        ]
      : []),
  ];
}

function escalation({ alerts, wards: known }: Config): Contradiction[] {
  return alerts.escalation.wards.flatMap((ward, index) =>
    known.some(({ id }) => id === ward)
      ? []
      : [{ path: ['alerts', 'escalation', 'wards', index], message: `There is no ward ${ward}.` }],
  );
}

function disk({ store: { disk: limits } }: Config): Contradiction[] {
  return limits.criticalMegabytes > limits.lowMegabytes
    ? [
        {
          path: ['store', 'disk', 'criticalMegabytes'],
          message: 'Must not be above store.disk.lowMegabytes.',
        },
      ]
    : [];
}

function addresses({ screens: { listen, tls, trustNetwork } }: Config): Contradiction[] {
  if (isLoopback(hostOf(listen)) || trustNetwork || tls !== undefined) return [];
  const message =
    'Pages on the network must be encrypted: set screens.tls ({} creates a certificate), listen on 127.0.0.1, or set screens.trustNetwork: true on an isolated network.';
  return [{ path: ['screens', 'listen'], message }];
}

function certificate({ screens: { tls } }: Config): Contradiction[] {
  if (tls === undefined || (tls.cert === undefined) === (tls.key === undefined)) return [];
  return [{ path: ['screens', 'tls'], message: 'Set both cert and key, or neither.' }];
}
