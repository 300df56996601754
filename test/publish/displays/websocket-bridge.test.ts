import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openEmbeddedBroker } from '../../../src/publish/broker/embedded-broker.ts';
import {
  bridgeWebsockets,
  type Bridge,
  type BridgeOptions,
} from '../../../src/publish/displays/websocket-bridge.ts';
import { freePort, mosquittoAvailable, startMosquitto } from '../../support/mosquitto.ts';
import { silent } from '../a-broker.ts';
import { eventually, listen } from '../listener.ts';

interface House extends AsyncDisposable {
  readonly host: string;
  readonly bridge: Bridge;
}

/** The daemon's HTTP port, with the bridge at /mqtt. */
async function aHouse(brokerUrl: string, options: Partial<BridgeOptions> = {}): Promise<House> {
  const server = createServer((_request, response) => void response.end('a page'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const bridge = bridgeWebsockets({ server, path: '/mqtt', brokerUrl, log: silent, ...options });
  return {
    host: `127.0.0.1:${address.port}`,
    bridge,
    async [Symbol.asyncDispose]() {
      await bridge[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The HTTP status of a refused upgrade, or the close code of a socket that was let in and closed. */
async function answerTo(url: string, options: { protocol?: string; origin?: string } = {}): Promise<number> {
  const socket = new WebSocket(
    url,
    options.protocol ?? 'mqtt',
    options.origin ? { origin: options.origin } : {},
  );
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('open', () => resolve(101));
    socket.once('close', (code) => resolve(code));
  }).finally(() => socket.terminate()) as Promise<number>;
}

describe.skipIf(!mosquittoAvailable('bridgeWebsockets'))('bridgeWebsockets, with Mosquitto', () => {
  it('a display uses MQTT 5 through the port of the pages', async () => {
    await using mosquitto = await startMosquitto();
    await using house = await aHouse(mosquitto.url);
    await using atBroker = await listen(mosquitto.url, 'from/display');
    await using display = await listen(`ws://${house.host}/mqtt`, 'to/display', { protocolVersion: 5 });

    await display.publish('from/display', 'seen');
    await atBroker.publish('to/display', 'x'.repeat(200_000));

    await atBroker.until(({ payload }) => payload === 'seen');
    await display.until(({ payload }) => payload.length === 200_000);
    expect(house.bridge.connections).toBe(1);
  });

  it('cuts the display off at once when the broker is gone, and the broker when the display is', async () => {
    const mosquitto = await startMosquitto();
    await using house = await aHouse(mosquitto.url);
    await using atBroker = await listen(mosquitto.url, 'will');
    const will = { topic: 'will', payload: Buffer.from('gone'), qos: 1 as const, retain: false };
    await using leaving = await listen(`ws://${house.host}/mqtt`, 'x', { will });
    const staying = await connectAsync(`ws://${house.host}/mqtt`, { reconnectPeriod: 0 });
    const cutOff = new Promise<void>((resolve) => staying.once('close', resolve));

    await leaving[Symbol.asyncDispose]();
    await atBroker.until(({ payload }) => payload === 'gone');
    const killedAtMs = performance.now();
    await mosquitto.kill();
    await cutOff;

    expect(performance.now() - killedAtMs).toBeLessThan(1_000);
    await eventually(() => house.bridge.connections === 0);
  });
});

describe('bridgeWebsockets', () => {
  it('works with the embedded broker of the demonstration', async () => {
    await using broker = await openEmbeddedBroker();
    await using house = await aHouse(broker.url);
    await using display = await listen(`ws://${house.host}/mqtt`, 'echo');

    await display.publish('echo', 'hello');

    await display.until(({ payload }) => payload === 'hello');
  });

  it('lets in the pages of its own host and those that are named, and no others', async () => {
    await using broker = await openEmbeddedBroker();
    await using house = await aHouse(broker.url, { allowedOrigins: ['https://ward.example'] });
    const url = `ws://${house.host}/mqtt`;

    expect(await answerTo(url, { origin: `http://${house.host}` })).toBe(101);
    expect(await answerTo(url, { origin: 'https://ward.example' })).toBe(101);
    expect(await answerTo(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await answerTo(url, { origin: 'null' })).toBe(403);
  });

  it('answers other paths and other protocols with a reason', async () => {
    await using broker = await openEmbeddedBroker();
    await using house = await aHouse(broker.url);

    expect(await answerTo(`ws://${house.host}/other`)).toBe(404);
    expect(await answerTo(`ws://${house.host}/mqtt`, { protocol: 'chat' })).toBe(400);
  });

  it('closes the socket of a display when there is no broker', async () => {
    await using house = await aHouse(`mqtt://127.0.0.1:${await freePort()}`);
    const socket = new WebSocket(`ws://${house.host}/mqtt`, 'mqtt');

    const [code] = (await once(socket, 'close')) as [number];

    expect(code).toBe(1013);
  });

  it('ends a display that sends more than a frame may hold', async () => {
    await using broker = await openEmbeddedBroker();
    await using house = await aHouse(broker.url);
    const socket = new WebSocket(`ws://${house.host}/mqtt`, 'mqtt');
    await once(socket, 'open');

    socket.send(Buffer.alloc(256 * 1024 + 1));

    await once(socket, 'close');
    await eventually(() => house.bridge.connections === 0);
  });

  it('refuses the two hundred and first', async () => {
    const accepting = createTcpServer((socket) => void socket.on('error', () => undefined).resume());
    accepting.listen(0, '127.0.0.1');
    await once(accepting, 'listening');
    const address = accepting.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    await using house = await aHouse(`mqtt://127.0.0.1:${address.port}`);
    const sockets = Array.from({ length: 200 }, () => new WebSocket(`ws://${house.host}/mqtt`, 'mqtt'));
    await Promise.all(sockets.map((socket) => once(socket, 'open')));

    expect(await answerTo(`ws://${house.host}/mqtt`)).toBe(503);

    for (const socket of sockets) socket.terminate();
    await eventually(() => house.bridge.connections === 0);
    accepting.close();
  });

  it('gives one holder its share of the pages and leaves the others to other holders', async () => {
    await using broker = await openEmbeddedBroker();
    await using house = await aHouse(broker.url, {
      admit: ({ headers }) => ({
        grant: null,
        holder: String(headers['x-holder']),
        maxPages: 4,
        isStillAdmitted: () => true,
      }),
    });
    const connect = async (holder: string): Promise<number> => {
      const socket = new WebSocket(`ws://${house.host}/mqtt`, 'mqtt', { headers: { 'x-holder': holder } });
      socket.on('error', () => undefined);
      return new Promise((resolve) => {
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.once('open', () => resolve(101));
      });
    };

    const greedy = [];
    for (let count = 0; count < 6; count += 1) greedy.push(await connect('display 1'));

    expect(greedy).toEqual([101, 101, 101, 101, 429, 429]);
    expect(await connect('display 2')).toBe(101);
  });

  it('disconnects a client that sends nothing', { timeout: 20_000 }, async () => {
    await using broker = await openEmbeddedBroker();
    await using house = await aHouse(broker.url);
    const socket = new WebSocket(`ws://${house.host}/mqtt`, 'mqtt');

    const [code] = (await once(socket, 'close')) as [number];

    expect(code).toBe(1008);
  });

  it('disconnects a display that was still sending when the broker went', async () => {
    const dying = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.destroy());
    });
    dying.listen(0, '127.0.0.1');
    await once(dying, 'listening');
    const address = dying.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using house = await aHouse(`mqtt://127.0.0.1:${port}`);
    const display = new WebSocket(`ws://${house.host}/mqtt`, 'mqtt');
    await once(display, 'open');

    const closed = once(display, 'close');
    for (let chunk = 0; chunk < 50; chunk += 1) display.send(Buffer.alloc(64 * 1024));

    const [code] = (await closed) as [number];
    expect(code).toBe(1013);
    await eventually(() => house.bridge.connections === 0);
    dying.close();
  });
});
