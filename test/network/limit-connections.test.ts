import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { limitConnections } from '../../src/network/limit-connections.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A server with these limits, and how often each machine was refused. */
async function aServer(limits: { max: number; maxPerMachine: number }) {
  const refused: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    setImmediate(() => {
      if (!socket.destroyed) socket.write('accepted');
    });
  });
  limitConnections(server, { ...limits, onRefused: (machine) => refused.push(machine) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: Socket[] = [];
  return {
    refused,
    async connectFrom(localAddress: string): Promise<Socket> {
      const client = connect({ port, host: '127.0.0.1', localAddress });
      client.on('error', () => undefined).on('data', () => undefined);
      clients.push(client);
      await once(client, 'connect');
      return client;
    },
    open: () => clients.filter((client) => !client.destroyed && client.readyState === 'open').length,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

it('refuses a machine with its share of connections, and accepts other machines', async () => {
  await using server = await aServer({ max: 100, maxPerMachine: 3 });
  for (let count = 0; count < 10; count += 1) await server.connectFrom('127.0.0.1');
  await waitUntil('seven refusals', () => (server.refused.length === 7 ? true : undefined));
  const other = await server.connectFrom('127.0.0.2');

  await waitUntil('four open connections', () => (server.open() === 4 ? true : undefined));
  expect(new Set(server.refused)).toEqual(new Set(['127.0.0.1']));
  expect(other.destroyed).toBe(false);
});

it('accepts a machine again once one of its connections has ended', async () => {
  await using server = await aServer({ max: 100, maxPerMachine: 1 });
  const first = await server.connectFrom('127.0.0.1');
  first.end();
  await once(first, 'close');

  await waitUntil('a connection that lasts', async () => {
    const next = await server.connectFrom('127.0.0.1');
    return Promise.race([
      once(next, 'close').then(() => undefined),
      once(next, 'data').then(() => true as const),
    ]);
  });
});

it('gives a machine the place of the one with the most connections where all places are taken', async () => {
  await using server = await aServer({ max: 6, maxPerMachine: 6 });
  const pages = await Promise.all(['127.0.0.2', '127.0.0.3'].map((from) => server.connectFrom(from)));
  for (let count = 0; count < 20; count += 1) await server.connectFrom('127.0.0.9');

  const late = await server.connectFrom('127.0.0.4');

  await waitUntil('seventeen refusals', () => (server.refused.length === 17 ? true : undefined));
  expect(new Set(server.refused)).toEqual(new Set(['127.0.0.9']));
  expect([...pages, late].map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
});

it('gives the first connection of a machine the place of the oldest silent one where each machine has one', async () => {
  await using server = await aServer({ max: 8, maxPerMachine: 4 });
  const flood = [];
  for (let machine = 0; machine < 30; machine += 1)
    flood.push(await server.connectFrom(`127.0.1.${machine + 1}`));

  const page = await server.connectFrom('127.0.0.2');

  const [answer] = (await once(page, 'data')) as [Buffer];
  expect(answer.toString()).toBe('accepted');
  await waitUntil('seven of the flood are left', () => (server.open() === 8 ? true : undefined));
  expect(flood.slice(-7).map(({ destroyed }) => destroyed)).toEqual(Array(7).fill(false));
});
