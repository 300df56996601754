import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Config } from '../../../../config/schema.ts';
import { hostOf, isLoopback } from '../../../../config/listen-address.ts';
import type { MachineFault } from './machine-fault.ts';

const ANY_HOST = ['0.0.0.0', '::'];

/** Addresses to listen on that no network interface has. */
export function listenFaults({
  screens,
  health,
}: Pick<Config, 'screens' | 'health'>): readonly MachineFault[] {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return [
    { path: ['screens', 'listen'], host: hostOf(screens.listen) },
    { path: ['health', 'listen'], host: hostOf(health.listen) },
  ].flatMap(({ path, host }) => {
    const isOwn = ANY_HOST.includes(host) || isLoopback(host) || own.includes(host);
    if (isIP(host) === 0 || isOwn) return [];
    const found = own.filter((address) => !isLoopback(address));
    const message = `No network interface has the address ${host}. This machine has ${found.join(', ') || 'none'}.`;
    return [{ path, message }];
  });
}
