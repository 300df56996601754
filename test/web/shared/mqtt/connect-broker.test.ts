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

describe("a display's connection", () => {
  /** Says only what the test has it say. */
  let server: WebSocketServer;
  let sockets: WebSocket[];
  let heard: Packet[];
  let answer: (packet: Packet, socket: WebSocket) => void;
  let told: string[];

  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'mqtt' });
    [sockets, heard, told] = [[], [], []];
    server.on('connection', (socket) => {
      sockets.push(socket);
      const reader = parser();
      reader.on('packet', (packet: Packet) => {
        heard.push(packet);
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
    // It tries again for as long as the process lives: what it says after its test is nobody's.
    const own = told;
    return connectBroker({
      url: `ws://127.0.0.1:${port}/mqtt`,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      reconnectEveryMs: RECONNECT_EVERY_MS,
      introduce: () => ({
        version: 5,
        clientId: 'display',
        keepaliveS: KEEPALIVE_S,
        will: { topic: 'w', payload: `session ${sockets.length}`, isRetained: true },
      }),
      on: {
        connected: () => own.push('connected'),
        packetReceived: () => undefined,
        message: (topic, payload, isRetained) =>
          own.push(`${topic} ${payload}${isRetained ? ' retained' : ''}`),
        closed: () => own.push('closed'),
      },
    });
  }

  const send = (socket: WebSocket | undefined, packet: Packet): void =>
    socket?.send(generate(packet, { protocolVersion: 5 }));

  function welcome(socket: WebSocket, receiveMaximum = 20): void {
    send(socket, { cmd: 'connack', sessionPresent: false, reasonCode: 0, properties: { receiveMaximum } });
  }

  const greeting: typeof answer = (packet, socket) => {
    if (packet.cmd === 'connect') welcome(socket);
    if (packet.cmd === 'pingreq') send(socket, { cmd: 'pingresp' });
  };

  it('hands on what comes, and tells the broker that it has it', async () => {
    answer = greeting;
    connect();
    await until('connected', () => told.includes('connected'));

    const message = { cmd: 'publish', topic: 'a', payload: '{}', retain: true, dup: false } as const;
    send(sockets[0], { ...message, qos: 1, messageId: 77 });

    const puback = await waitUntil('the answer', () => heard.find(({ cmd }) => cmd === 'puback'));
    expect(puback.messageId).toBe(77);
    expect(told).toEqual(['connected', 'a {} retained']);
  });

  it('comes back by itself with a last will of its own, and rejects what was lost on the way', async () => {
    answer = greeting;
    const broker = connect();
    await until('connected', () => broker.isConnected());

    const unanswered = broker.publish(MESSAGE);
    await until('the publication', () => heard.some(({ cmd }) => cmd === 'publish'));
    sockets[0]?.terminate();

    await expect(unanswered).rejects.toThrow();
    await expect(broker.publish(MESSAGE)).rejects.toThrow('Not connected');
    await until('connected again', () => told.length === 3);
    expect(told).toEqual(['connected', 'closed', 'connected']);
    const wills = heard.flatMap((packet) => (packet.cmd === 'connect' ? [String(packet.will?.payload)] : []));
    expect(wills).toEqual(['session 0', 'session 1']);
    expect(heard.filter(({ cmd }) => cmd === 'publish')).toHaveLength(1);
  });

  it('gives up a broker that has fallen silent, before anybody trusts it for long', async () => {
    answer = (packet, socket) => {
      if (packet.cmd === 'connect') welcome(socket);
    };
    connect();
    await until('connected', () => told.includes('connected'));

    const from = performance.now();
    await until('the loss', () => told.includes('closed'));

    expect(heard.some(({ cmd }) => cmd === 'pingreq')).toBe(true);
    expect(performance.now() - from).toBeLessThan(KEEPALIVE_S * 1_500 + 1_000);
  });

  it('stays while the broker answers its signs of life', async () => {
    answer = greeting;
    connect();

    await until('three signs of life', () => heard.filter(({ cmd }) => cmd === 'pingreq').length >= 3);

    expect(told).toEqual(['connected']);
  });

  it('tries again where the broker lets nobody in, or says nothing at all', async () => {
    const moods = [
      () => undefined,
      (socket: WebSocket) => send(socket, { cmd: 'connack', sessionPresent: false, reasonCode: 136 }),
      (socket: WebSocket) => socket.send('HTTP/1.1 400'),
      (socket: WebSocket) => socket.send(Buffer.from([0xff, 0xff])),
      (socket: WebSocket) => welcome(socket),
    ];
    answer = (packet, socket) => {
      if (packet.cmd === 'connect') moods.shift()?.(socket);
    };
    const broker = connect();

    await until('connected', () => broker.isConnected());

    expect(told).toEqual(['closed', 'closed', 'closed', 'closed', 'connected']);
  });

  it('knows a no from a yes, for what it says and for what it asks to hear', async () => {
    answer = (packet, socket) => {
      greeting(packet, socket);
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

  it('sends no more at a time than the broker said it can take, and all of it in the end', async () => {
    let unanswered = 0;
    let most = 0;
    answer = (packet, socket) => {
      if (packet.cmd === 'connect') welcome(socket, 3);
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

    const ids = heard.flatMap((packet) => (packet.cmd === 'publish' ? [packet.messageId] : []));
    expect(most).toBe(3);
    expect(new Set(ids).size).toBe(30);
  });
});
