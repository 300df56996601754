import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deliverOutbox } from '../../src/publish/deliver-outbox.ts';
import type { OutgoingMessage } from '../../src/publish/outgoing-message.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../support/mosquitto.ts';
import { aBroker, aMessage, silent, untilConnected, untilDisconnected } from './a-broker.ts';
import { anOutbox } from './an-outbox.ts';
import { eventually, listen, type Heard } from './listener.ts';

/** Revisions 1 … `revisions` of each alert, in the order in which a busy ward would make them. */
function revisionsOf(alerts: number, revisions: number): OutgoingMessage[] {
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
function seenBy(heard: readonly Heard[]): Map<string, number[]> {
  const seen = new Map<string, number[]>();
  for (const { payload } of heard) {
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
    await eventually(() => display.heard.length === 300);

    expect(outbox.rows).toEqual([]);
    expect(new Set(delivered).size).toBe(300);
    expect([...seenBy(display.heard).values()]).toEqual(Array.from({ length: 50 }, () => sixRevisions));
  });

  it('keeps what is raised while the broker is away and delivers all of it, in order, when it is back', async () => {
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
    await eventually(() => display.heard.length === 10);
    expect(display.heard.every(({ payload }) => payload.includes('"rev":6'))).toBe(true);
    expect(outbox.rows).toEqual([]);
    expect(outbox.failures).toEqual([]);
  });

  it('loses nothing while the broker is killed again and again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mosquitto-data-'));
    const port = await freePort();
    const outbox = anOutbox();
    const acknowledged: Heard[] = [];
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

  it('keeps what the ACL forbids, names it, and lets no other ward wait for it', async () => {
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
    expect(new Set(refusals)).toEqual(new Set(['BROKER_REFUSED']));
    expect(outbox.failures.every((failure) => failure.endsWith('BROKER_REFUSED'))).toBe(true);
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
