import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `pass`: every byte goes through; `drop`: connections are accepted and cut soon after; `away`: connections are refused. */
export type ProxyMode = 'pass' | 'drop' | 'away';

export interface BrokerProxy extends AsyncDisposable {
  readonly url: string;
  /** How many connections it has cut in mode `drop`. */
  readonly dropped: number;
  /** Closes all connections and switches to another mode, on the same port. */
  switchTo(mode: ProxyMode): Promise<void>;
}

/** The longest that a dropped connection lasts: sometimes enough for a message to pass, but not for its answer. */
const MAX_DELAY_MS = 120;

/** A proxy between a daemon and the real broker on the loopback interface that fails as networks and firewalls do. */
export async function startBrokerProxy(brokerPort: number, first: ProxyMode): Promise<BrokerProxy> {
  const sockets = new Set<Socket>();
  let mode = first;
  let dropped = 0;
  let server: Server | null = null;
  let port = 0;

  function join(socket: Socket) {
    const broker = connect(brokerPort, '127.0.0.1');
    for (const [one, other] of [
      [socket, broker],
      [broker, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    socket.pipe(broker);
    broker.pipe(socket);
    if (mode !== 'drop') return;
    dropped += 1;
    setTimeout(() => socket.destroy(), (dropped * 37) % MAX_DELAY_MS);
  }

  async function open() {
    server = createServer(join).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function close() {
    const closed = server === null ? null : once(server, 'close');
    server?.close();
    server = null;
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  // Reserves a port in every mode, so that it stays the same.
  await open();
  if (first === 'away') await close();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    get dropped() {
      return dropped;
    },
    async switchTo(next) {
      await close();
      mode = next;
      if (next !== 'away') await open();
    },
    [Symbol.asyncDispose]: close,
  };
}
