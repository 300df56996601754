import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { generate, parser } from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { connectBroker } from '../../../../src/web/shared/mqtt/connect-broker.ts';
import type { BrokerClient } from '../../../../src/web/shared/mqtt/connect-broker.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const KEEPALIVE_S = 1;
const RECONNECT_EVERY_MS = 20;
const CONNECT_TIMEOUT_MS = 200;
const MESSAGE = { topic: 't', payload: 'p', isRetained: false };

async function until(what: string, isSo: () => boolean): Promise<void> {
  await waitUntil(what, () => isSo() || undefined);
}

describe("the display's connection to the broker", () => {
  /** A broker that sends only the answers of the test. */
  let server: WebSocketServer;
  let sockets: WebSocket[];
  let received: Packet[];
  let answer: (packet: Packet, socket: WebSocket) => void;
  let events: string[];

  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'mqtt' });
    [sockets, received, events] = [[], [], []];
    server.on('connection', (socket) => {
      sockets.push(socket);
      const reader = parser();
      reader.on('packet', (packet: Packet) => {
        received.push(packet);
        answer(packet, socket);
      });
      socket.on('message', (data) => reader.parse(data as Buffer));
    });
    await once(server, 'listening');
  });

  afterEach(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  function connect(): BrokerClient {
    const { port } = server.address() as AddressInfo;
    // The client reconnects until the process ends; events after its own test must not reach the next one.
    const ownEvents = events;
    return connectBroker({
      url: `ws://127.0.0.1:${port}/mqtt`,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      reconnectEveryMs: RECONNECT_EVERY_MS,
      connectOptions: () => ({
        version: 5,
        clientId: 'display',
        keepaliveS: KEEPALIVE_S,
        will: { topic: 'w', payload: `session ${sockets.length}`, isRetained: true },
      }),
      on: {
        connected: () => ownEvents.push('connected'),
        packetReceived: () => undefined,
        message: (topic, payload, isRetained) =>
          ownEvents.push(`${topic} ${payload}${isRetained ? ' retained' : ''}`),
        closed: () => ownEvents.push('closed'),
      },
    });
  }

  const send = (socket: WebSocket | undefined, packet: Packet): void =>
    socket?.send(generate(packet, { protocolVersion: 5 }));

  function accept(socket: WebSocket, receiveMaximum = 20): void {
    send(socket, { cmd: 'connack', sessionPresent: false, reasonCode: 0, properties: { receiveMaximum } });
  }

  const acceptingBroker: typeof answer = (packet, socket) => {
    if (packet.cmd === 'connect') accept(socket);
    if (packet.cmd === 'pingreq') send(socket, { cmd: 'pingresp' });
  };

  it('a received message is passed on and acknowledged to the broker', async () => {
    answer = acceptingBroker;
    connect();
    await until('connected', () => events.includes('connected'));

    const message = { cmd: 'publish', topic: 'a', payload: '{}', retain: true, dup: false } as const;
    send(sockets[0], { ...message, qos: 1, messageId: 77 });

    const puback = await waitUntil('the answer', () => received.find(({ cmd }) => cmd === 'puback'));
    expect(puback.messageId).toBe(77);
    expect(events).toEqual(['connected', 'a {} retained']);
  });

  it('a lost connection is reopened with its own last will, and unanswered requests are rejected', async () => {
    answer = acceptingBroker;
    const broker = connect();
    await until('connected', () => broker.isConnected());

    const unanswered = broker.publish(MESSAGE);
    await until('the publication', () => received.some(({ cmd }) => cmd === 'publish'));
    sockets[0]?.terminate();

    await expect(unanswered).rejects.toThrow();
    await expect(broker.publish(MESSAGE)).rejects.toThrow('Not connected');
    await until('connected again', () => events.length === 3);
    expect(events).toEqual(['connected', 'closed', 'connected']);
    const wills = received.flatMap((packet) =>
      packet.cmd === 'connect' ? [String(packet.will?.payload)] : [],
    );
    expect(wills).toEqual(['session 0', 'session 1']);
    expect(received.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1);
  });

  it('a connection to a broker that stops answering is closed shortly after the keep-alive', async () => {
    answer = (packet, socket) => {
      if (packet.cmd === 'connect') accept(socket);
    };
    connect();
    await until('connected', () => events.includes('connected'));

    const from = performance.now();
    await until('the loss', () => events.includes('closed'));

    expect(received.some(({ cmd }) => cmd === 'pingreq')).toBe(true);
    expect(performance.now() - from).toBeLessThan(KEEPALIVE_S * 1_500 + 1_000);
  });

  it('a connection stays open while the broker answers its pings', async () => {
    answer = acceptingBroker;
    connect();

    await until('three pings', () => received.filter(({ cmd }) => cmd === 'pingreq').length >= 3);

    expect(events).toEqual(['connected']);
  });

  it('the client reconnects when the broker refuses, sends garbage or does not answer', async () => {
    const answers = [
      () => undefined,
      (socket: WebSocket) => send(socket, { cmd: 'connack', sessionPresent: false, reasonCode: 136 }),
      (socket: WebSocket) => socket.send('HTTP/1.1 400'),
      (socket: WebSocket) => socket.send(Buffer.from([0xff, 0xff])),
      (socket: WebSocket) => accept(socket),
    ];
    answer = (packet, socket) => {
      if (packet.cmd === 'connect') answers.shift()?.(socket);
    };
    const broker = connect();

    await until('connected', () => broker.isConnected());

    expect(events).toEqual(['closed', 'closed', 'closed', 'closed', 'connected']);
  });

  it('a publication or subscription that the broker refuses is rejected with its reason', async () => {
    answer = (packet, socket) => {
      acceptingBroker(packet, socket);
      if (packet.cmd === 'publish')
        send(socket, { cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 135 });
      if (packet.cmd === 'subscribe')
        send(socket, {
          cmd: 'suback',
          messageId: packet.messageId ?? 0,
          granted: packet.subscriptions.map(({ topic }) => (topic === 'forbidden' ? 135 : 1)),
        });
    };
    const broker = connect();
    await until('connected', () => broker.isConnected());

    await expect(broker.publish(MESSAGE)).rejects.toMatchObject({ name: 'BrokerRefusal', reason: 135 });
    await expect(broker.subscribe(['a', 'b'])).resolves.toBeUndefined();
    await expect(broker.subscribe(['a', 'forbidden'])).rejects.toMatchObject({ reason: 135 });
  });

  it('no more publications are sent at a time than the broker allows, and all of them are delivered', async () => {
    let unanswered = 0;
    let most = 0;
    answer = (packet, socket) => {
      if (packet.cmd === 'connect') accept(socket, 3);
      if (packet.cmd !== 'publish') return;
      unanswered += 1;
      most = Math.max(most, unanswered);
      setTimeout(() => {
        unanswered -= 1;
        send(socket, { cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0 });
      }, 2);
    };
    const broker = connect();
    await until('connected', () => broker.isConnected());

    await Promise.all(Array.from({ length: 30 }, () => broker.publish(MESSAGE)));

    const ids = received.flatMap((packet) => (packet.cmd === 'publish' ? [packet.messageId] : []));
    expect(most).toBe(3);
    expect(new Set(ids).size).toBe(30);
  });
});
