import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Answers of an MQTT 5 broker, by the reason codes of the standard (MQTT 5, 2.4); 0: success. */
export interface BrokerScript {
  readonly onConnect?: number;
  readonly onPublish?: (topic: string) => number;
  readonly onSubscribe?: (filter: string) => number;
  /** Disconnects with this reason instead of acknowledging a publication. */
  readonly disconnectOnPublish?: number;
  /** Disconnects with this reason once the device has published that it is online. */
  readonly disconnectOnceOnline?: number;
}

export interface ScriptedBroker extends AsyncDisposable {
  readonly url: string;
  /** How many connections were accepted. */
  readonly connections: number;
  /** Replaces the script, also for open connections. */
  follow(script: BrokerScript): void;
}

const [CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, DISCONNECT] = [1, 2, 3, 4, 8, 9, 14];

/** A broker for answers that a real one cannot be configured to give. It stores and forwards no messages. */
export async function startScriptedBroker(first: BrokerScript): Promise<ScriptedBroker> {
  const sockets = new Set<Socket>();
  let script = first;
  let connections = 0;

  function answer(socket: Socket, type: number, flags: number, body: Buffer) {
    if (type === CONNECT) {
      connections += 1;
      socket.write(Buffer.from([CONNACK << 4, 3, 0, script.onConnect ?? 0, 0]));
    } else if (type === PUBLISH) answerPublish(socket, flags, body);
    else if (type === SUBSCRIBE) {
      const length = body.readUInt16BE(3);
      const reason = script.onSubscribe?.(body.toString('utf8', 5, 5 + length)) ?? 0;
      const granted = reason === 0 ? 1 : reason;
      socket.write(Buffer.from([SUBACK << 4, 4, body[0] ?? 0, body[1] ?? 0, 0, granted]));
    }
  }

  function answerPublish(socket: Socket, flags: number, body: Buffer) {
    const end = 2 + body.readUInt16BE(0);
    const topic = body.toString('utf8', 2, end);
    const isOnline = topic.endsWith('/availability');
    if ((flags & 6) === 0) return;
    if (script.disconnectOnPublish !== undefined && !isOnline) {
      socket.end(Buffer.from([DISCONNECT << 4, 2, script.disconnectOnPublish, 0]));
      return;
    }
    const reason = script.onPublish?.(topic) ?? 0;
    socket.write(Buffer.from([PUBACK << 4, 4, body[end] ?? 0, body[end + 1] ?? 0, reason, 0]));
    if (isOnline && script.disconnectOnceOnline !== undefined)
      socket.end(Buffer.from([DISCONNECT << 4, 2, script.disconnectOnceOnline, 0]));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    let waiting = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      waiting = Buffer.concat([waiting, data]);
      for (let packet = nextPacket(waiting); packet !== null; packet = nextPacket(waiting)) {
        waiting = waiting.subarray(packet.size);
        answer(socket, packet.head >> 4, packet.head & 15, packet.body);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    follow: (next) => void (script = next),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The first complete packet of a stream (MQTT 5, 2.1); null while it is incomplete. */
function nextPacket(
  bytes: Buffer,
): { readonly head: number; readonly body: Buffer; readonly size: number } | null {
  let length = 0;
  for (let index = 1; index < bytes.length; index += 1) {
    const digit = bytes[index] ?? 0;
    length += (digit & 127) << (7 * (index - 1));
    if (digit > 127) continue;
    const size = index + 1 + length;
    if (bytes.length < size) return null;
    return { head: bytes[0] ?? 0, body: bytes.subarray(index + 1, size), size };
  }
  return null;
}
