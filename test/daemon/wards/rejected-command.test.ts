import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/contract/alert.ts';
import { buildTopic } from '../../../src/contract/topics.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { createTechnicalAlarms } from '../../../src/daemon/alarms/technical-alarms.ts';
import { createCommandSignature } from '../../../src/publish/displays/command-signature.ts';
import { superviseWards } from '../../../src/daemon/wards/ward-supervisor.ts';
import { deliverOutbox } from '../../../src/publish/deliver-outbox.ts';
import { aBroker, untilConnected } from '../../publish/a-broker.ts';
import { listen } from '../../publish/listener.ts';
import { anAlert, anArrival, aResult, aStore } from '../../store/a-store.ts';
import { mosquittoAvailable, startMosquitto } from '../../support/mosquitto.ts';
import { silentLog } from '../../support/silent-log.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAME = 'a rejected command, with Mosquitto';
const SITE = 'jeonju';
const config = configSchema.parse({
  site: { id: SITE, name: 'Jeonju' },
  inboxes: [{ path: '/inbox' }],
  wards: [{ id: 'er', name: 'ER' }],
});

describe.skipIf(!mosquittoAvailable(NAME))(NAME, () => {
  it('a rejected command is answered at the broker with its reason, for its display, and logged once', async () => {
    await using mosquitto = await startMosquitto();
    await using broker = await aBroker(mosquitto.url);
    const store = aStore();
    const alert = anAlert({ rev: 3, newsRev: 3 });
    const record = { result: aResult(), studyKey: 'study', alertChanges: [alert], outbox: [] };
    store.results.record({ arrivalId: anArrival(store, 'a.dcm'), ...record });
    const logged: string[] = [];
    const log = pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) });
    await using delivery = deliverOutbox({
      outbox: { ...store.outbox, markDelivered: ({ seq }) => store.outbox.markDelivered(seq) },
      broker,
      log: silentLog,
    });
    using wards = superviseWards({
      config,
      store,
      origin: { site: SITE, device: 'console-1', privacyFields: [] },
      alarms: createTechnicalAlarms({ site: SITE, device: 'console-1', clock: Date, log: silentLog }),
      clock: { now: () => Date.parse(alert.times.raised) },
      clockGuard: { isPlausible: () => true, onCorrected: () => undefined },
      signature: createCommandSignature(),
      broker,
      delivery,
      brokerAlarms: { tick: () => undefined },
      reportTrouble: () => undefined,
      log,
    });
    await untilConnected(broker);
    const topic = buildTopic({ kind: 'alert', site: SITE, ward: 'er', alertId: alert.id });
    await using display = await listen(mosquitto.url, topic);

    const presence = { state: 'online', wards: ['er'], session: 's', ts: '2026-01-01T00:00:00Z' };
    const ownTopic = buildTopic({ kind: 'display-availability', site: SITE, display: 'er-desk' });
    await display.publish(ownTopic, JSON.stringify(presence), true);
    // The broker has granted this subscription, and therefore the earlier one to commands.
    await waitUntil('the display is known', () => wards.watching('er')[0]);
    const tap = { action: 'acknowledge', by: 'Kim', display: 'er-desk', rev: 2, nonce: 'early' };
    await display.publish(`${topic}/set`, JSON.stringify(tap));

    const answer = await waitUntil('the answer', () =>
      display.received.map(({ payload }) => JSON.parse(payload) as Alert).find(({ rejected }) => rejected),
    );
    expect(answer).toMatchObject({ id: alert.id, rev: 3, state: 'open' });
    expect(answer.rejected).toMatchObject({ display: 'er-desk', nonce: 'early', reason: 'outdated' });
    expect(logged.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        level: 30,
        code: 'COMMAND_REFUSED',
        reason: 'outdated',
        alert: alert.id,
        action: 'acknowledge',
        display: 'er-desk',
        msg: 'command rejected',
      },
    ]);
  });
});
