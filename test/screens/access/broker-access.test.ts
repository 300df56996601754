import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openScreensFixture, type ScreensFixture } from '../../support/screens-fixture.ts';
import { buildPages, type BuiltPages } from '../../support/build-pages.ts';
import { mosquittoAvailable, startMosquitto } from '../../support/mosquitto.ts';
import { temporaryFiles } from '../../support/temporary-file.ts';
import { waitUntil } from '../../support/wait-until.ts';

const USERS = { Viewer: 'viewer', Nurse: 'nurse', Admin: 'admin' } as const;
const ROOT = 'bonewatch/v1/jeonju';
const SET = `${ROOT}/ward/w3/alert/A1/set`;

let pages: BuiltPages;
beforeAll(async () => {
  pages = await buildPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

function wsUrl({ url }: ScreensFixture): string {
  return `${url.replace('http', 'ws')}/mqtt`;
}

async function displayIdOf({ url }: ScreensFixture, headers: Record<string, string>): Promise<string> {
  const me = (await (await fetch(`${url}/api/me`, { headers })).json()) as { displayId: string };
  return me.displayId;
}

/** A ward page on the broker, as the person or display whose headers these are. */
async function aPage(
  fixture: ScreensFixture,
  headers: Record<string, string>,
  options: IClientOptions = {},
): Promise<MqttClient & AsyncDisposable> {
  const clientId = options.clientId ?? (await displayIdOf(fixture, headers));
  const wanted: IClientOptions = {
    protocolVersion: 5,
    reconnectPeriod: 0,
    wsOptions: { headers },
    ...options,
  };
  const client = await connectAsync(wsUrl(fixture), { ...wanted, clientId }, false);
  client.on('error', () => undefined);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.endAsync(true) });
}

/** What reaches the broker, as the daemon receives it. */
async function atBroker(url: string) {
  const received: { topic: string; payload: unknown; retain: boolean }[] = [];
  const client = await connectAsync(url, { reconnectPeriod: 0 });
  client.on('message', (topic, payload, { retain }) => {
    received.push({ topic, retain, payload: payload.length === 0 ? null : JSON.parse(payload.toString()) });
  });
  await client.subscribeAsync('#', { qos: 1 });
  return { received, client, [Symbol.asyncDispose]: () => client.endAsync(true) };
}

function commandPayload(action: string, more: object = {}): string {
  return JSON.stringify({ action, by: '이도윤', display: 'somebody', nonce: 'n1', rev: 1, ...more });
}

/** The HTTP status or the close code that a page gets. */
function answerTo(fixture: ScreensFixture, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(wsUrl(fixture), 'mqtt', { headers });
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('open', () => resolve(101));
  }).finally(() => socket.terminate()) as Promise<number>;
}

describe.skipIf(!mosquittoAvailable('what pages may do on the broker'))('a page on the broker', () => {
  it('is rejected without a session, with a forged one, or from a page of another server', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    const nurse = await fixture.signIn('Nurse');

    expect(await answerTo(fixture, {})).toBe(401);
    expect(await answerTo(fixture, { cookie: 'bonewatch-session=forged' })).toBe(401);
    expect(await answerTo(fixture, { cookie: 'bonewatch-display=forged' })).toBe(401);
    expect(await answerTo(fixture, { ...nurse, origin: 'https://evil.example' })).toBe(403);
    expect(await answerTo(fixture, nurse)).toBe(101);
  });

  it('acknowledges in the name of the nurse who signed in, whatever name it sends', async () => {
    await using mosquitto = await startMosquitto();
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
    });
    await using broker = await atBroker(mosquitto.url);
    await using page = await aPage(fixture, await fixture.signIn('Nurse'));

    await page.publishAsync(SET, commandPayload('acknowledge'), { qos: 1 });

    const [command] = await waitUntil('the command', () =>
      broker.received.length > 0 ? broker.received : undefined,
    );
    expect(command).toMatchObject({
      topic: SET,
      payload: { action: 'acknowledge', by: 'Nurse', display: page.options.clientId, nonce: 'n1', rev: 1 },
    });
  });

  it('has every command of a viewer rejected with the MQTT 5 reason code', async () => {
    await using mosquitto = await startMosquitto();
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
    });
    await using broker = await atBroker(mosquitto.url);
    await using page = await aPage(fixture, await fixture.signIn('Viewer'));
    await using nurse = await aPage(fixture, await fixture.signIn('Nurse'));

    for (const action of ['acknowledge', 'unacknowledge', 'close', 'withdraw'])
      await expect(page.publishAsync(SET, commandPayload(action), { qos: 1 })).rejects.toMatchObject({
        code: 135,
      });
    for (const action of ['close', 'withdraw'])
      await expect(nurse.publishAsync(SET, commandPayload(action), { qos: 1 })).rejects.toMatchObject({
        code: 135,
      });
    await page.publishAsync(SET, commandPayload('acknowledge'), { qos: 0 });
    await expect(page.publishAsync(SET, commandPayload('acknowledge'), { qos: 2 })).rejects.toMatchObject({
      code: 135,
    });

    await page.publishAsync(`${ROOT}/display/${page.options.clientId ?? ''}/received`, '{}', { qos: 1 });
    await waitUntil('what came last', () => (broker.received.length > 0 ? true : undefined));
    expect(broker.received.map(({ topic }) => topic)).toEqual([
      `${ROOT}/display/${page.options.clientId ?? ''}/received`,
    ]);
  });

  it('receives the alerts and the device status, and nothing else', async () => {
    await using mosquitto = await startMosquitto();
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
    });
    const { headers, id } = await fixture.pair('w3');
    await using page = await aPage(fixture, headers);
    const received: string[] = [];
    page.on('message', (topic) => received.push(topic));
    const own = [
      ...['alert/+', 'event'].map((topic) => `${ROOT}/ward/w3/${topic}`),
      ...['availability', 'info', 'health'].map((topic) => `${ROOT}/console-1/${topic}`),
      `${ROOT}/display/${id}/availability`,
    ];

    await page.subscribeAsync(own, { qos: 1 });
    for (const filter of [
      '#',
      `${ROOT}/#`,
      `${ROOT}/ward/w5/alert/+`,
      `${ROOT}/ward/+/alert/+`,
      `${ROOT}/ward/w3/#`,
      `$share/a/${ROOT}/ward/w3/alert/+`,
      '$SYS/broker/version',
      `${ROOT}/display/+/availability`,
      `${ROOT}/ward/w3/alert/+/set`,
    ])
      await expect(page.subscribeAsync(filter, { qos: 1 }), filter).rejects.toThrow('Not authorized');

    await using device = await atBroker(mosquitto.url);
    await device.client.publishAsync(`${ROOT}/ward/w5/alert/B`, '""', { qos: 1 });
    await device.client.publishAsync(`${ROOT}/ward/w3/alert/A`, JSON.stringify('x'.repeat(150_000)), {
      qos: 1,
    });
    await waitUntil('the alert', () => (received.length > 0 ? true : undefined));
    expect(received).toEqual([`${ROOT}/ward/w3/alert/A`]);
  });

  it('receives no results of images, no technical alarms and nothing of other wards, as a display or a person', async () => {
    await using mosquitto = await startMosquitto();
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
    });
    await using display = await aPage(fixture, (await fixture.pair('w3')).headers);
    await using viewer = await aPage(fixture, await fixture.signIn('Viewer'));

    const ofDevice = ['image', 'technical/+', 'technical/WARD_NOT_WATCHED', '+'];
    for (const page of [display, viewer])
      for (const topic of ofDevice.map((one) => `${ROOT}/console-1/${one}`))
        await expect(page.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow('Not authorized');
    for (const topic of [`${ROOT}/ward/w5/event`, `${ROOT}/ward/+/event`])
      await expect(display.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow('Not authorized');
    await viewer.subscribeAsync(`${ROOT}/ward/+/event`, { qos: 1 });
  });

  it('publishes only under its own id and for its own ward', async () => {
    await using mosquitto = await startMosquitto();
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
    });
    await using broker = await atBroker(mosquitto.url);
    const { headers, id } = await fixture.pair('w3');
    const other = await fixture.pair('w3');
    await using page = await aPage(fixture, headers);
    const presence = (wards: readonly string[]) => JSON.stringify({ state: 'online', wards, session: 's' });

    await expect(aPage(fixture, headers, { clientId: other.id })).rejects.toThrow();
    await expect(aPage(fixture, headers, { clientId: `${id}x` })).rejects.toThrow();
    await expect(
      aPage(fixture, headers, {
        will: { topic: SET, payload: Buffer.from(commandPayload('acknowledge')), qos: 1, retain: false },
      }),
    ).rejects.toThrow();
    for (const topic of [
      `${ROOT}/ward/w3/alert/A1`,
      `${ROOT}/ward/w5/alert/A1/set`,
      `${ROOT}/console-1/availability`,
      `${ROOT}/display/${other.id}/availability`,
      `${ROOT}/ward/+/alert/A1/set`,
    ])
      await expect(
        page.publishAsync(topic, commandPayload('acknowledge'), { qos: 1 }),
        topic,
      ).rejects.toThrow();
    await using second = await aPage(fixture, headers, { clientId: `${id}.2` });
    await second.publishAsync(`${ROOT}/display/${id}.2/availability`, presence(['w3', 'w5']), { qos: 1 });

    await waitUntil('the presence', () => (broker.received.length > 0 ? true : undefined));
    expect(broker.received).toEqual([
      expect.objectContaining({
        topic: `${ROOT}/display/${id}.2/availability`,
        payload: { state: 'online', wards: ['w3'], session: 's' },
      }),
    ]);
  });

  it('of a viewer does not count as a display watching the ward', async () => {
    await using mosquitto = await startMosquitto();
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
    });
    await using broker = await atBroker(mosquitto.url);
    const viewer = await fixture.signIn('Viewer');
    const id = await displayIdOf(fixture, viewer);
    const topic = `${ROOT}/display/${id}/availability`;
    const will = {
      topic,
      payload: Buffer.from('{"state":"offline","wards":["w3"]}'),
      qos: 1 as const,
      retain: true,
    };
    const page = await aPage(fixture, viewer, { will });

    await page.publishAsync(topic, '{"state":"online","wards":["w3"]}', { qos: 1, retain: true });
    await waitUntil('online', () => (broker.received.length > 0 ? true : undefined));
    page.stream.destroy();
    await waitUntil('offline', () => (broker.received.length > 1 ? true : undefined));

    expect(broker.received.map(({ payload }) => payload)).toEqual([
      { state: 'online', wards: [] },
      { state: 'offline', wards: [] },
    ]);
  });

  it('is cut off within seconds when its person signs out, its display is revoked, or its user is removed', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    const nurse = await fixture.signIn('Nurse');
    const admin = await fixture.signIn('Admin');
    const { headers, id } = await fixture.pair('w3');
    const sockets = [nurse, admin, headers].map(
      (one) => new WebSocket(wsUrl(fixture), 'mqtt', { headers: one }),
    );
    const codes = Promise.all(
      sockets.map((socket) => new Promise<number>((resolve) => socket.once('close', resolve))),
    );
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));

    await fetch(`${fixture.url}/api/sign-out`, { method: 'POST', headers: nurse });
    fixture.store.users.remove('Admin');
    fixture.store.displays.revoke(id);

    expect(await codes).toEqual([4401, 4401, 4401]);
  });

  it('is disconnected after a few refused messages; the log has the first and then a count', async () => {
    const lines: string[] = [];
    const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(line) });
    await using mosquitto = await startMosquitto();
    const served = { users: USERS, pages: pages.folder, brokerUrl: mosquitto.url, log };
    await using fixture = await openScreensFixture(served);
    await using page = await aPage(fixture, await fixture.signIn('Viewer'));
    const closed = new Promise<void>((resolve) => page.once('close', () => resolve()));

    for (let count = 0; count < 500 && page.connected; count += 1)
      page.publish(SET, commandPayload('acknowledge'), { qos: 0 });
    await closed;

    const refusals = lines.filter((line) => line.includes('page refused'));
    expect(refusals.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ what: 'publish', display: page.options.clientId, count: 1 }),
    ]);
  });

  it('is connected at most four times for one display, and others still connect', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    const { headers } = await fixture.pair('w3');
    const other = await fixture.pair('w5');
    const sockets: WebSocket[] = [];
    const connect = (one: Record<string, string>): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(wsUrl(fixture), 'mqtt', { headers: one });
        socket.on('error', () => undefined);
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.once('open', () => resolve(101));
        sockets.push(socket);
      });

    const codes = [];
    for (let count = 0; count < 6; count += 1) codes.push(await connect(headers));

    expect(codes).toEqual([101, 101, 101, 101, 429, 429]);
    expect(await connect(other.headers)).toBe(101);
    for (const socket of sockets) socket.terminate();
  });

  it('is disconnected when it sends something other than MQTT', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    const nurse = await fixture.signIn('Nurse');
    const connect = Buffer.from('101200044d5154540402003c0006706572736f6e', 'hex');
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('c000', 'hex'),
      connect,
      Buffer.concat([Buffer.from('30ffffff7f', 'hex'), Buffer.alloc(200_000)]),
      Buffer.alloc(100_000, 0x3f),
    ]) {
      const socket = new WebSocket(wsUrl(fixture), 'mqtt', { headers: nurse });
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(bytes);
      socket.send(bytes);

      expect(await closed).toBe(1008);
    }
  });

  it('uses the broker credentials of the device without receiving them', async () => {
    await using mosquitto = await startMosquitto({ user: { name: 'device', password: 'broker secret' } });
    await using files = await temporaryFiles();
    const passwordFile = await files.write(Buffer.from('broker secret\n'), 'broker-password');
    await using fixture = await openScreensFixture({
      users: USERS,
      brokerUrl: mosquitto.url,
      pages: pages.folder,
      broker: { username: 'device', passwordFile },
    });
    await using page = await aPage(fixture, await fixture.signIn('Nurse'));

    await page.subscribeAsync(`${ROOT}/ward/+/alert/+`, { qos: 1 });

    expect(page.connected).toBe(true);
  });
});

describe('a page on a broker of MQTT 3.1.1', () => {
  it('is disconnected for a forbidden command, since the protocol has no reason code for it', async () => {
    await using fixture = await openScreensFixture({ users: USERS, pages: pages.folder });
    await using broker = await atBroker(fixture.brokerUrl);
    await using page = await aPage(fixture, await fixture.signIn('Viewer'), { protocolVersion: 4 });
    await using nurse = await aPage(fixture, await fixture.signIn('Nurse'), { protocolVersion: 4 });
    const closed = new Promise<void>((resolve) => page.once('close', () => resolve()));

    page.publish(SET, commandPayload('acknowledge'), { qos: 1 });
    await closed;
    await nurse.publishAsync(SET, commandPayload('acknowledge'), { qos: 1 });

    await waitUntil('the command', () => (broker.received.length > 0 ? true : undefined));
    expect(broker.received).toMatchObject([{ payload: { by: 'Nurse' } }]);
  });
});
