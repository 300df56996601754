import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BonewatchError } from '../../src/contract/errors.ts';
import type { BrokerStatus } from '../../src/publish/broker/connect-broker.ts';
import { deliverOutbox, type OutboxRow } from '../../src/publish/deliver-outbox.ts';
import type { OutboxMessage } from '../../src/contract/outgoing-message.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aBroker, aMessage, silent, untilConnected, untilDisconnected } from './a-broker.ts';
import { anOutbox } from './an-outbox.ts';
import { eventually, listen, type ReceivedMessage } from './listener.ts';

/** Revisions 1 … `revisions` of each alert, in the order in which a busy ward would make them. */
function revisionsOf(alerts: number, revisions: number): OutboxMessage[] {
  return Array.from({ length: alerts * revisions }, (_, index) => {
    const alert = `alert-${index % alerts}`;
    const payload = JSON.stringify({ alert, rev: Math.floor(index / alerts) + 1 });
    return aMessage({
      topic: `bonewatch/v1/jeonju/ward/w3/alert/${alert}`,
      payload,
      retain: true,
      orderKey: alert,
    });
  });
}

/** Revisions per alert in the order they arrived, each once: a reader drops what is not newer. */
function seenBy(received: readonly ReceivedMessage[]): Map<string, number[]> {
  const seen = new Map<string, number[]>();
  for (const { payload } of received) {
    const { alert, rev } = JSON.parse(payload) as { alert: string; rev: number };
    const revisions = seen.get(alert) ?? [];
    if (rev > (revisions.at(-1) ?? 0)) seen.set(alert, [...revisions, rev]);
  }
  return seen;
}

const sixRevisions = [1, 2, 3, 4, 5, 6];

describe.skipIf(!mosquittoAvailable('deliverOutbox'))('deliverOutbox, with Mosquitto', () => {
  it('delivers everything, and the revisions of an alert in their order', async () => {
    await using mosquitto = await startMosquitto();
    await using display = await listen(mosquitto.url, 'bonewatch/v1/jeonju/ward/#');
    await using broker = await aBroker(mosquitto.url);
    const outbox = anOutbox();
    outbox.add(...revisionsOf(50, 6));
    const delivered: number[] = [];

    await using delivery = deliverOutbox({
      outbox,
      broker,
      onDelivered: ({ seq }) => void delivered.push(seq),
      log: silent,
    });
    await delivery.idle(AbortSignal.timeout(10_000));
    await eventually(() => display.received.length === 300);

    expect(outbox.rows).toEqual([]);
    expect(new Set(delivered).size).toBe(300);
    expect([...seenBy(display.received).values()]).toEqual(Array.from({ length: 50 }, () => sixRevisions));
  });

  it('alerts raised while the broker is away are all delivered in order when it is back', async () => {
    const port = await freePort();
    await using broker = await aBroker(`mqtt://127.0.0.1:${port}`);
    const outbox = anOutbox();
    await using delivery = deliverOutbox({ outbox, broker, log: silent });
    await untilDisconnected(broker);
    outbox.add(...revisionsOf(10, 6));
    delivery.wake();

    await using mosquitto = await startMosquitto({ port });
    await delivery.idle(AbortSignal.timeout(10_000));

    await using display = await listen(mosquitto.url, 'bonewatch/v1/jeonju/ward/+/alert/+');
    await eventually(() => display.received.length === 10);
    expect(display.received.every(({ payload }) => payload.includes('"rev":6'))).toBe(true);
    expect(outbox.rows).toEqual([]);
    expect(outbox.failures).toEqual([]);
  });

  it('loses nothing while the broker is killed again and again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mosquitto-data-'));
    const port = await freePort();
    const outbox = anOutbox();
    const acknowledged: ReceivedMessage[] = [];
    await using broker = await aBroker(`mqtt://127.0.0.1:${port}`);
    await using delivery = deliverOutbox({
      outbox,
      broker,
      onDelivered: (row) => void acknowledged.push({ ...row, isRetained: false }),
      log: silent,
    });
    outbox.add(...revisionsOf(100, 6));

    for (const enough of [100, 250, 400]) {
      const mosquitto = await startMosquitto({ port, persistenceFolder: folder });
      await eventually(() => acknowledged.length >= enough);
      await mosquitto.kill();
    }
    await using mosquitto = await startMosquitto({ port, persistenceFolder: folder });
    await untilConnected(broker);
    await delivery.idle(AbortSignal.timeout(10_000));

    expect(outbox.rows).toEqual([]);
    expect([...seenBy(acknowledged).values()]).toEqual(Array.from({ length: 100 }, () => sixRevisions));
    expect(mosquitto.port).toBe(port);
    await rm(folder, { recursive: true });
  });

  it('a message that the ACL forbids stays and is reported, and no other ward waits for it', async () => {
    await using mosquitto = await startMosquitto({
      acl: ['topic readwrite bonewatch/v1/jeonju/#', 'topic deny bonewatch/v1/jeonju/ward/w4/#'],
    });
    await using broker = await aBroker(mosquitto.url);
    const outbox = anOutbox();
    const forbidden = (index: number) =>
      aMessage({ topic: 'bonewatch/v1/jeonju/ward/w4/event', orderKey: `w4-${index % 60}` });
    outbox.add(...Array.from({ length: 120 }, (_, index) => forbidden(index)), ...revisionsOf(5, 6));
    const refusals: string[] = [];

    await using delivery = deliverOutbox({
      outbox,
      broker,
      onRefused: (_row, { code }) => void refusals.push(code),
      log: silent,
    });
    await delivery.idle(AbortSignal.timeout(10_000));

    expect(outbox.rows.every(({ topic }) => topic.includes('/w4/'))).toBe(true);
    expect(outbox.rows).toHaveLength(120);
    expect(new Set(refusals)).toEqual(new Set(['BROKER_FORBIDDEN']));
    expect(outbox.failures.every((failure) => failure.endsWith('BROKER_FORBIDDEN'))).toBe(true);
  });

  it('a message that is too large for Mosquitto stays and is reported, and all others are sent', async () => {
    await using mosquitto = await startMosquitto({ settings: ['message_size_limit 500'] });
    await using broker = await aBroker(mosquitto.url);
    const outbox = anOutbox();
    outbox.add(aMessage({ orderKey: 'large', payload: 'x'.repeat(600) }), ...revisionsOf(5, 6));
    const refusals: string[] = [];

    await using delivery = deliverOutbox({
      outbox,
      broker,
      onRefused: (_row, { code }) => void refusals.push(code),
      log: silent,
    });
    await delivery.idle(AbortSignal.timeout(10_000));

    expect(outbox.rows.map(({ orderKey }) => orderKey)).toEqual(['large']);
    expect(refusals).toEqual(['BROKER_MESSAGE_TOO_LARGE']);
  });

  it('sends the rest before it stops', async () => {
    await using mosquitto = await startMosquitto();
    await using broker = await aBroker(mosquitto.url);
    await untilConnected(broker);
    const outbox = anOutbox();
    const delivery = deliverOutbox({ outbox, broker, log: silent });
    outbox.add(...revisionsOf(10, 6));

    await delivery[Symbol.asyncDispose]();

    expect(outbox.rows).toEqual([]);
  });

  it('stops at once when there is no broker to send to', async () => {
    await using broker = await aBroker(`mqtt://127.0.0.1:${await freePort()}`);
    await untilDisconnected(broker);
    const outbox = anOutbox();
    outbox.add(aMessage());
    const delivery = deliverOutbox({ outbox, broker, log: silent });
    const startedAtMs = performance.now();

    await delivery[Symbol.asyncDispose]();

    expect(performance.now() - startedAtMs).toBeLessThan(500);
    expect(outbox.rows).toHaveLength(1);
  });
});

/** A broker with the answers of a test, without a network. */
function aScriptedBroker(answer: (message: OutboxMessage) => Promise<void>) {
  const listeners = new Set<(status: BrokerStatus) => void>();
  const connected: BrokerStatus = { state: 'connected', protocolVersion: 5 };
  return {
    status: connected,
    publish: answer,
    onStatus(listener: (status: BrokerStatus) => void) {
      listeners.add(listener);
      listener(connected);
      return () => listeners.delete(listener);
    },
    reconnect() {
      for (const listener of [...listeners]) listener(connected);
    },
  };
}

describe('deliverOutbox, with a broker that misbehaves', () => {
  it('has at most 20 messages under way at the same time', async () => {
    let most = 0;
    let underWay = 0;
    const broker = aScriptedBroker(async () => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
    });
    const outbox = anOutbox();
    outbox.add(...revisionsOf(100, 1));

    await using delivery = deliverOutbox({ outbox, broker, log: silent });
    await delivery.idle(AbortSignal.timeout(10_000));

    expect(most).toBe(20);
    expect(outbox.rows).toEqual([]);
  });

  it('one message on which the broker disconnects does not block the others', async () => {
    const refused: string[] = [];
    const isPoison = ({ payload }: OutboxMessage) => payload === 'poison';
    let cut = new AbortController();
    const broker = aScriptedBroker(async (message) => {
      if (isPoison(message)) cut.abort();
      await new Promise((resolve) => setImmediate(resolve));
      if (!cut.signal.aborted) return;
      // The connection is gone, with whatever was under way; a new one comes.
      setImmediate(() => {
        cut = new AbortController();
        broker.reconnect();
      });
      throw new BonewatchError('BROKER_UNREACHABLE', 'the connection to the broker closed');
    });
    const outbox = anOutbox();
    outbox.add(aMessage({ orderKey: 'poison', payload: 'poison' }), ...revisionsOf(30, 3));

    await using delivery = deliverOutbox({
      outbox,
      broker,
      onRefused: ({ payload }, { code }) => void refused.push(`${payload} ${code}`),
      log: silent,
    });
    await eventually(() => outbox.rows.length === 1 && refused.length > 0);

    expect(outbox.rows.every(isPoison)).toBe(true);
    expect(refused[0]).toBe('poison BROKER_REFUSED');
    expect(delivery).toBeDefined();
  });

  it.each(['BROKER_QUOTA', 'BROKER_FORBIDDEN', 'BROKER_MESSAGE_TOO_LARGE'] as const)(
    'a row stays, and the order of its alert too, through %s',
    async (code) => {
      let isRefusing = true;
      const sent: string[] = [];
      const broker = aScriptedBroker(({ payload }) => {
        if (isRefusing) return Promise.reject(new BonewatchError(code, 'no'));
        sent.push(payload);
        return Promise.resolve();
      });
      const outbox = anOutbox();
      outbox.add(...revisionsOf(1, 3));

      await using delivery = deliverOutbox({ outbox, broker, log: silent });
      await delivery.idle(AbortSignal.timeout(10_000));
      expect(outbox.rows).toHaveLength(3);
      isRefusing = false;
      await eventually(() => outbox.rows.length === 0);

      expect(sent.map((payload) => (JSON.parse(payload) as { rev: number }).rev)).toEqual([1, 2, 3]);
    },
  );

  it('survives a store that cannot record a delivery, and sends that row again', async () => {
    let failures = 2;
    let publications = 0;
    const broker = aScriptedBroker(() => {
      publications += 1;
      return Promise.resolve();
    });
    const outbox = anOutbox();
    outbox.add(aMessage());
    const fragile = {
      ...outbox,
      markDelivered(row: OutboxRow) {
        if ((failures -= 1) >= 0) throw new BonewatchError('STORE_FAILED', 'disk full');
        outbox.markDelivered(row);
      },
    };

    const reported: (string | null)[] = [];

    await using delivery = deliverOutbox({
      ...{ outbox: fragile, broker, log: silent },
      onStore: (error) => void reported.push(error?.code ?? null),
    });
    await eventually(() => outbox.rows.length === 0);

    expect(publications).toBe(3);
    expect(reported).toEqual(['STORE_FAILED', 'STORE_FAILED', null]);
    expect(delivery).toBeDefined();
  });

  it.each(['BROKER_FORBIDDEN', 'BROKER_UNREACHABLE'] as const)(
    'survives a store that cannot record %s, reports the refusal, and delivers in the end',
    async (code) => {
      let isRefusing = true;
      const broker = aScriptedBroker(() => {
        if (!isRefusing) return Promise.resolve();
        if (code === 'BROKER_UNREACHABLE') setImmediate(() => broker.reconnect());
        return Promise.reject(new BonewatchError(code, 'no'));
      });
      const outbox = anOutbox();
      outbox.add(aMessage({ orderKey: 'alert' }));
      const broken = {
        ...outbox,
        markFailed() {
          throw new BonewatchError('STORE_FAILED', 'disk full');
        },
      };
      const refused: string[] = [];
      const reported: (string | null)[] = [];

      await using delivery = deliverOutbox({
        ...{ outbox: broken, broker, log: silent },
        onRefused: (_row, error) => void refused.push(error.code),
        onStore: (error) => void reported.push(error?.code ?? null),
      });
      await eventually(() => refused.length > 0);
      isRefusing = false;
      broker.reconnect();
      await eventually(() => outbox.rows.length === 0);

      expect(refused[0]).toBe(code === 'BROKER_UNREACHABLE' ? 'BROKER_REFUSED' : code);
      expect(reported).toContain('STORE_FAILED');
      expect(reported.at(-1)).toBeNull();
      expect(delivery).toBeDefined();
    },
  );

  it('held rows wait while all others are sent, and follow in their order', async () => {
    const sent: string[] = [];
    let isHeld = true;
    const broker = aScriptedBroker(({ payload }) => {
      sent.push(payload);
      return Promise.resolve();
    });
    const outbox = anOutbox();
    outbox.add(
      aMessage({ orderKey: 'alert', payload: 'held 1' }),
      aMessage({ orderKey: 'alert', payload: 'held 2' }),
      aMessage({ orderKey: 'image', payload: 'free' }),
    );

    await using delivery = deliverOutbox({
      ...{ outbox, broker, log: silent },
      isHeld: ({ orderKey }) => isHeld && orderKey === 'alert',
    });
    await delivery.idle(AbortSignal.timeout(10_000));
    expect(sent).toEqual(['free']);
    isHeld = false;
    await delivery.idle(AbortSignal.timeout(10_000));

    expect(sent).toEqual(['free', 'held 1', 'held 2']);
  });
});
