import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedBroker } from '../../../src/publish/broker/embedded-broker.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../../support/mosquitto.ts';
import { aBroker, aMessage, untilConnected, untilDisconnected, untilStatus } from '../a-broker.ts';
import { listen, type ReceivedMessage } from '../listener.ts';

const AVAILABILITY = 'bonewatch/v1/jeonju/console-1/availability';

function isState(state: string, session: string) {
  return ({ payload }: ReceivedMessage) => payload.includes(`"state":"${state}","session":"${session}"`);
}

describe.skipIf(!mosquittoAvailable('connectBroker'))('connectBroker, with Mosquitto', () => {
  it('publishes online when the device connects, and stopped when it is stopped', async () => {
    await using mosquitto = await startMosquitto();
    await using display = await listen(mosquitto.url, AVAILABILITY);
    const broker = await aBroker(mosquitto.url);

    await display.until(isState('online', 'session-1'));
    expect(await untilConnected(broker)).toEqual({ state: 'connected', protocolVersion: 5 });
    await broker[Symbol.asyncDispose]();
    await display.until(isState('stopped', 'session-1'));

    await using late = await listen(mosquitto.url, AVAILABILITY);
    const retained = await late.until(({ isRetained }) => isRetained);
    expect(JSON.parse(retained.payload)).toEqual({
      schema: 'bonewatch.availability/1',
      rev: 2,
      state: 'stopped',
      session: 'session-1',
      ts: '2026-03-01T00:00:00Z',
    });
  });

  it('when the process is killed the last will reports the device as offline', async () => {
    await using mosquitto = await startMosquitto();
    await using display = await listen(mosquitto.url, AVAILABILITY);
    const daemon = fork(join(import.meta.dirname, 'doomed-publisher.ts'), [mosquitto.url]);
    await once(daemon, 'message');

    daemon.kill('SIGKILL');

    await display.until(isState('offline', 'session-1'));
  });

  it('corrects the late last will of an earlier session, which would report a living device as dead', async () => {
    await using mosquitto = await startMosquitto();
    await using broker = await aBroker(mosquitto.url, { newSessionId: () => 'new' });
    await untilConnected(broker);

    await using stranger = await listen(mosquitto.url, AVAILABILITY);
    await stranger.until(({ isRetained }) => isRetained);
    await stranger.publish(AVAILABILITY, '{"state":"offline","session":"old"}', true);

    const isCorrection = (message: ReceivedMessage) =>
      !message.isRetained && isState('online', 'new')(message);
    await stranger.until(isCorrection);
  });

  it('reconnects automatically after the broker was away, under a new session, with birth messages and subscriptions', async () => {
    const first = await startMosquitto();
    const info = aMessage({ topic: 'bonewatch/v1/jeonju/console-1/info', payload: '{"a":1}', retain: true });
    await using broker = await aBroker(first.url, { birthMessages: () => [info] });
    const received: string[] = [];
    broker.subscribe('bonewatch/v1/+/ward/#', ({ payload }) =>
      received.push(Buffer.from(payload).toString()),
    );
    await untilConnected(broker);

    await first.kill();
    const lost = await untilDisconnected(broker);
    await using second = await startMosquitto({ port: first.port });
    await untilConnected(broker);

    await using display = await listen(second.url, 'bonewatch/#');
    await display.until(isState('online', 'session-2'));
    await display.until(({ topic, payload }) => topic === info.topic && payload === info.payload);
    await display.publish('bonewatch/v1/jeonju/ward/w3/event', 'after');
    await expect.poll(() => received).toEqual(['after']);
    expect(lost).toMatchObject({ error: { code: 'BROKER_UNREACHABLE' } });
  });

  it('names a wrong password, and gets in with the right one from a systemd credential', async () => {
    await using mosquitto = await startMosquitto({ user: { name: 'bonewatch', password: 'correct horse' } });
    const credentials = await mkdtemp(join(tmpdir(), 'credentials-'));
    await writeFile(join(credentials, 'right'), 'correct horse\n');
    await writeFile(join(credentials, 'wrong'), 'battery staple\n');
    const login = { url: mosquitto.url, protocolVersion: 'auto', username: 'bonewatch' } as const;

    await using refused = await aBroker(mosquitto.url, {
      config: { ...login, passwordFile: join(credentials, 'wrong') },
      clientId: 'refused',
    });
    await using accepted = await aBroker(mosquitto.url, {
      config: { ...login, passwordFile: 'right' },
      credentialsDirectory: credentials,
    });

    expect(await untilDisconnected(refused)).toMatchObject({ error: { code: 'BROKER_LOGIN_REFUSED' } });
    await untilConnected(accepted);
    await rm(credentials, { recursive: true });
  });

  it('reports what the ACL forbids, and continues with what it allows', async () => {
    await using mosquitto = await startMosquitto({
      acl: ['topic readwrite bonewatch/v1/jeonju/#', 'topic deny bonewatch/v1/jeonju/ward/w4/#'],
    });
    await using broker = await aBroker(mosquitto.url);
    await untilConnected(broker);

    const forbidden = broker.publish(aMessage({ topic: 'bonewatch/v1/jeonju/ward/w4/event' }));

    await expect(forbidden).rejects.toMatchObject({ code: 'BROKER_FORBIDDEN', cause: { code: 135 } });
    await expect(broker.publish(aMessage())).resolves.toBeUndefined();
    expect(broker.status?.state).toBe('connected');
  });

  it('names a message that is larger than the broker takes, without losing the connection over it', async () => {
    await using mosquitto = await startMosquitto({ settings: ['max_packet_size 2000'] });
    await using broker = await aBroker(mosquitto.url);
    await untilConnected(broker);

    const large = broker.publish(aMessage({ payload: 'x'.repeat(2_000) }));

    await expect(large).rejects.toMatchObject({ code: 'BROKER_MESSAGE_TOO_LARGE' });
    await expect(broker.publish(aMessage())).resolves.toBeUndefined();
  });

  it('fails at once what is published while the broker is away, instead of buffering it in memory', async () => {
    const mosquitto = await startMosquitto();
    await using broker = await aBroker(mosquitto.url);
    await untilConnected(broker);
    await mosquitto.kill();
    await untilDisconnected(broker);

    const published = broker.publish(aMessage());

    await expect(published).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
  });

  it('respects the receive maximum of the broker, so that a burst does not cost the connection', async () => {
    await using mosquitto = await startMosquitto({ settings: ['max_inflight_messages 2'] });
    await using broker = await aBroker(mosquitto.url);
    await untilConnected(broker);
    const statuses: string[] = [];
    broker.onStatus(({ state }) => statuses.push(state));

    await Promise.all(Array.from({ length: 200 }, () => broker.publish(aMessage())));

    expect(statuses).toEqual(['connected']);
  });
});

describe('connectBroker', () => {
  it('uses MQTT 3.1.1 with a broker that does not support 5', async () => {
    await using embedded = await openEmbeddedBroker();
    await using broker = await aBroker(embedded.url);

    const status = await untilStatus(broker, () => true);

    expect(status).toEqual({ state: 'connected', protocolVersion: 4 });
    await expect(broker.publish(aMessage())).resolves.toBeUndefined();
  });

  it('does not wait for a broker that is not there, and can be stopped meanwhile', async () => {
    const port = await freePort();
    const broker = await aBroker(`mqtt://127.0.0.1:${port}`);

    expect(await untilDisconnected(broker)).toMatchObject({ error: { code: 'BROKER_UNREACHABLE' } });
    await broker[Symbol.asyncDispose]();
  });

  it.each([
    ['broker.passwordFile', { passwordFile: '/nowhere/password' }, 'BROKER_LOGIN_REFUSED'],
    ['broker.tls.ca', { tls: { ca: '/nowhere/ca.crt' } }, 'BROKER_UNTRUSTED'],
  ] as const)('a file of %s that cannot be read is a status with its path', async (key, files, code) => {
    const url = 'mqtt://127.0.0.1:1';
    await using broker = await aBroker(url, { config: { url, protocolVersion: 'auto', ...files } });

    const status = await untilDisconnected(broker);

    const message: unknown = expect.stringMatching(`^${key}: /nowhere/.* cannot be read \\(ENOENT\\)\\.$`);
    expect(status).toMatchObject({ error: { code, message } });
  });

  it('retries a broker that accepts connections and drops them', async () => {
    const dropping = createServer((socket) => void socket.on('error', () => undefined).destroy());
    dropping.listen(0, '127.0.0.1');
    await once(dropping, 'listening');
    const { port } = dropping.address() as AddressInfo;
    await using broker = await aBroker(`mqtt://127.0.0.1:${port}`);
    expect(await untilDisconnected(broker)).toMatchObject({ error: { code: 'BROKER_UNREACHABLE' } });

    dropping.close();
    await once(dropping, 'close');
    await using embedded = await openEmbeddedBroker(port);

    await untilConnected(broker);
    expect(embedded.url).toContain(String(port));
  });
});
