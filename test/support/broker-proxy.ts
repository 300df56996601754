import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `pass`: every byte goes through; `drop`: connections are accepted and cut soon after; `away`: nobody listens. */
export type ProxyMode = 'pass' | 'drop' | 'away';

export interface BrokerProxy extends AsyncDisposable {
  readonly url: string;
  /** How many connections it has cut in `drop`. */
  readonly dropped: number;
  /** Ends what is connected and goes on in another mode, on the same port. */
  become(mode: ProxyMode): Promise<void>;
}

/** The longest that a dropped connection lives: sometimes long enough for messages to get through, and not the answer. */
const MAX_DELAY_MS = 120;

/** A wire between a daemon and the real broker on the loopback interface, that can fail as wires and firewalls do. */
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

  // A port is taken in any case, to be the same later.
  await open();
  if (first === 'away') await close();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    get dropped() {
      return dropped;
    },
    async become(next) {
      await close();
      mode = next;
      if (next !== 'away') await open();
    },
    [Symbol.asyncDispose]: close,
  };
}
