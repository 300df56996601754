import { expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { BonewatchError } from '../../../src/contract/errors.ts';
import { createCommandSignature } from '../../../src/publish/displays/command-signature.ts';
import { superviseWards } from '../../../src/daemon/wards/ward-supervisor.ts';
import type { Broker, BrokerStatus } from '../../../src/publish/broker/connect-broker.ts';
import { createTechnicalAlarms } from '../../../src/daemon/alarms/technical-alarms.ts';
import { createTroubleReporter } from '../../../src/daemon/alarms/trouble-reporter.ts';
import { aStore } from '../../store/a-store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { waitUntil } from '../../support/wait-until.ts';

it('an unreadable store raises an alarm, which is cleared when it can be read again', async () => {
  const alarms = createTechnicalAlarms({ site: 's', device: 'd', clock: Date, log: silentLog });
  const store = aStore();
  let isBroken = true;
  const checked: string[] = [];
  using _ = superviseWards({
    config: configSchema.parse({ inboxes: [{ path: '/inbox' }], wards: [{ id: 'w3', name: '3' }] }),
    store: {
      ...store,
      alerts: {
        ...store.alerts,
        shown() {
          if (isBroken) throw new BonewatchError('STORE_FAILED', 'The database failed to read.');
          return store.alerts.shown();
        },
      },
    },
    origin: { site: 's', device: 'd', privacyFields: [] },
    alarms,
    clock: Date,
    clockGuard: { isPlausible: () => true, onCorrected: () => undefined },
    signature: createCommandSignature(),
    broker: aConnectedBroker(),
    delivery: { wake: () => undefined },
    brokerAlarms: { tick: () => undefined },
    reportTrouble: createTroubleReporter({
      alarms,
      endIfDamaged: ({ code }) => checked.push(code) > 99,
      log: silentLog,
    }),
    log: silentLog,
  });
  const shows = (codes: readonly string[]): Promise<true> =>
    waitUntil(codes.join(), () => (alarms.active().join() === codes.join() ? true : undefined));

  await shows(['STORE_FAILED']);
  isBroken = false;
  await shows([]);

  expect(checked).toContain('STORE_FAILED');
});

function aConnectedBroker(): Broker {
  const status: BrokerStatus = { state: 'connected', protocolVersion: 5 };
  return {
    status,
    publish: () => Promise.resolve(),
    subscribe: () => ({ granted: Promise.resolve(), close: () => undefined }),
    onStatus(listener) {
      listener(status);
      return () => undefined;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
