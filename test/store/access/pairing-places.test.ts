import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  MAX_WAITING,
  MAX_WAITING_PER_MACHINE,
  pairingToReplace,
  type WaitingPairing,
} from '../../../src/store/access/pairing-places.ts';

/** The pairings that wait after these machines have requested one each, in this order. */
function afterRequests(addresses: readonly string[]): readonly WaitingPairing[] {
  let waiting: readonly WaitingPairing[] = [];
  for (const [index, address] of addresses.entries()) {
    const replaced = pairingToReplace(waiting, address);
    waiting = [...waiting.filter((one) => one !== replaced), { code: String(index), address }];
  }
  return waiting;
}

it('twenty-four requests of three machines leave places for every other machine', () => {
  const flood = Array.from({ length: 24 }, (_unused, index) => `10.0.0.${(index % 3) + 1}`);

  expect(pairingToReplace(afterRequests(flood), '10.0.0.9')).toBeNull();
});

it('a machine with one pending pairing does not lose it while another one has more', () => {
  const requests = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 100, maxLength: 300 });
  fc.assert(
    fc.property(requests, (machines) => {
      const waiting = afterRequests(['192.168.0.1', ...machines.map((machine) => `10.0.0.${machine}`)]);

      expect(waiting[0]?.address).toBe('192.168.0.1');
    }),
    { numRuns: 30 },
  );
});

it('no machine has more than its share of the pending pairings, however it writes its address', () => {
  const addresses = fc.constantFrom('10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '2001:db8::2', '10.0.0.2');
  fc.assert(
    fc.property(fc.array(addresses, { maxLength: 200 }), (requests) => {
      const waiting = afterRequests(requests);

      expect(waiting.length).toBeLessThanOrEqual(MAX_WAITING);
      const ipv4 = waiting.filter(({ address }) => address.endsWith('10.0.0.1'));
      expect(ipv4.length).toBeLessThanOrEqual(MAX_WAITING_PER_MACHINE);
      const ipv6 = waiting.filter(({ address }) => address.startsWith('2001'));
      expect(ipv6.length).toBeLessThanOrEqual(MAX_WAITING_PER_MACHINE);
    }),
  );
});
