import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { BonewatchError } from '../../contract/errors.ts';

export interface EmbeddedBroker extends AsyncDisposable {
  readonly url: string;
}

/**
 * A small MQTT 3.1.1 broker inside this process, on the loopback interface only, without passwords and without
 * persistence: for the demonstration. Port 0 takes a free one.
 * @throws PORT_IN_USE
 */
export async function openEmbeddedBroker(port = 0): Promise<EmbeddedBroker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });

  async function close() {
    await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of sockets) socket.destroy();
    server.close();
  }

  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (cause) {
    await close();
    throw new BonewatchError('PORT_IN_USE', `The embedded broker cannot listen on port ${port}.`, { cause });
  }
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `mqtt://127.0.0.1:${actualPort}`, [Symbol.asyncDispose]: close };
}
