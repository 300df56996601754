import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/contract/alert.ts';
import { reconcileAlert } from '../../src/alerts/reconcile-alert.ts';
import { retainedAlert, type AlertOrigin } from '../../src/publish/messages/alert-messages.ts';
import type { OutboxMessage, OutgoingMessage } from '../../src/contract/outgoing-message.ts';
import { createCommandSignature } from '../../src/publish/displays/command-signature.ts';
import { receiveDisplayMessages } from '../../src/publish/displays/receive-display-messages.ts';
import { reconcileRetained } from '../../src/publish/reconcile-retained.ts';
import { anAcknowledgedAlert, anAlert } from '../alerts/an-alert.ts';
import { mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aBroker, silent, untilConnected } from './a-broker.ts';
import { eventually, listen } from './listener.ts';

const origin: AlertOrigin = { site: 'jeonju', device: 'console-1', privacyFields: [] };

/** The repairs and adoptions if the broker has `retained` and the store has `stored`. */
async function reconcile(
  retained: readonly OutgoingMessage[],
  stored: readonly Alert[],
  signal = AbortSignal.timeout(10_000),
) {
  await using mosquitto = await startMosquitto();
  await using stranger = await listen(mosquitto.url, 'x');
  for (const { topic, payload } of retained) await stranger.publish(topic, payload, true);
  await using broker = await aBroker(mosquitto.url);
  await untilConnected(broker);
  const repairs: OutboxMessage[] = [];
  const adopted: Alert[] = [];
  const forgotten: string[] = [];
  await reconcileRetained(
    {
      origin,
      broker,
      alerts: {
        shown: () => stored.filter(({ state }) => state !== 'closed'),
        find: (id) => stored.find((alert) => alert.id === id) ?? null,
      },
      enqueue: (messages) => repairs.push(...messages),
      newestState: (one, retained) => reconcileAlert(one, retained, '2026-03-01T07:00:00Z'),
      removeWaiting: (id) => forgotten.push(id),
      adopt: (alert) => adopted.push(alert),
      log: silent,
    },
    signal,
  );
  return { repairs, adopted, forgotten };
}

describe.skipIf(!mosquittoAvailable('reconcileRetained'))('reconcileRetained, with Mosquitto', () => {
  it('leaves a broker alone that has it right', async () => {
    const many = Array.from({ length: 60 }, (_, index) => anAlert({ id: `alert-${index}` }));

    const { repairs, adopted } = await reconcile(
      many.flatMap((alert) => retainedAlert(origin, alert)),
      many,
    );

    expect([...repairs, ...adopted]).toEqual([]);
  });

  it('publishes again what the broker has lost or has in an older revision', async () => {
    const lost = anAlert({ id: 'lost' });
    const stale = anAlert({ id: 'stale', rev: 3 });

    const { repairs } = await reconcile(retainedAlert(origin, { ...stale, rev: 2 }), [lost, stale]);

    expect(repairs).toEqual([...retainedAlert(origin, lost), ...retainedAlert(origin, stale)]);
  });

  it('clears what is closed, and nothing of another device that alerts the same ward', async () => {
    const closed = anAcknowledgedAlert({ id: 'closed', state: 'closed', rev: 3 });
    const open = retainedAlert(origin, { ...closed, state: 'acknowledged', rev: 2 });
    const foreign = retainedAlert({ ...origin, device: 'console-2' }, anAlert({ id: 'foreign' }));

    const { repairs, adopted } = await reconcile([...open, ...foreign], [closed]);

    expect(repairs).toEqual([{ ...open[0], payload: '', rev: null, orderKey: 'closed' }]);
    expect(adopted).toEqual([]);
  });

  it('adopts an unacknowledged alert that the store has lost, and clears an acknowledged one', async () => {
    const unseen = anAlert({ id: 'unseen' });
    const seen = anAcknowledgedAlert({ id: 'seen' });

    const { repairs, adopted } = await reconcile(
      [...retainedAlert(origin, unseen), ...retainedAlert(origin, seen)],
      [],
    );

    expect(adopted).toEqual([unseen]);
    expect(repairs).toMatchObject([{ payload: '', orderKey: 'seen' }]);
  });

  it('adopts from the broker the alerts that a store from an old backup lacks', async () => {
    const acknowledged = anAcknowledgedAlert({ id: 'newer', rev: 4 });
    const closedBefore = anAcknowledgedAlert({ id: 'reopened', state: 'closed', rev: 3 });
    const reopened = anAlert({ id: 'reopened', rev: 5 });

    const { repairs, adopted, forgotten } = await reconcile(
      [...retainedAlert(origin, acknowledged), ...retainedAlert(origin, reopened)],
      [anAlert({ id: 'newer', rev: 1 }), closedBefore],
    );

    expect(adopted).toEqual([acknowledged, reopened]);
    expect(forgotten).toEqual(['newer', 'reopened']);
    expect(repairs).toEqual([]);
  });

  it('an escalated alert is published on every ward that it went to', async () => {
    const escalated = anAlert({ wards: ['w3', 'er'] });
    const [own, further] = retainedAlert(origin, escalated);

    const { repairs } = await reconcile(own === undefined ? [] : [own], [escalated]);

    expect(repairs).toEqual([further]);
  });

  it('stops when the daemon is stopped meanwhile, and leaves no partial repair', async () => {
    const { repairs } = await reconcile([], [anAlert()], AbortSignal.timeout(50));

    expect(repairs).toEqual([]);
  });
});

describe.skipIf(!mosquittoAvailable('receiveDisplayMessages'))(
  'receiveDisplayMessages, with Mosquitto',
  () => {
    it('passes on the messages of displays, and drops invalid ones', async () => {
      await using mosquitto = await startMosquitto();
      await using broker = await aBroker(mosquitto.url);
      const received: unknown[] = [];
      const reception = receiveDisplayMessages({
        site: 'jeonju',
        broker,
        signature: createCommandSignature(),
        onCommand: ({ action, by }) => received.push([action, by]),
        onAvailability: (display, availability) => received.push([display, availability?.state]),
        onReceipt: ({ display, rev }) => received.push([display, rev]),
        log: silent,
      });
      await untilConnected(broker);
      await using display = await listen(mosquitto.url, 'x');

      const tap = { action: 'acknowledge', by: 'Kim', display: 'door', nonce: 'n' };
      await display.publish('bonewatch/v1/jeonju/ward/w3/alert/01K/set', 'nonsense');
      await display.publish('bonewatch/v1/jeonju/ward/w3/alert/01K/set', JSON.stringify(tap));
      await display.publish('bonewatch/v1/jeonju/display/door/received', '{"alert":"01K","rev":2}');
      const online = { state: 'online', wards: ['w3'], session: 's', ts: '2026-03-01T00:00:00Z' };
      await display.publish('bonewatch/v1/jeonju/display/door/availability', JSON.stringify(online), true);

      await eventually(() => received.length === 3);
      expect(received).toEqual([
        ['acknowledge', 'Kim'],
        ['door', 2],
        ['door', 'online'],
      ]);
      reception[Symbol.dispose]();
    });
  },
);
