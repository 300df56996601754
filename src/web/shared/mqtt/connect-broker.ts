import { createPacketReader } from './create-packet-reader.ts';
import { createRequests } from './create-requests.ts';
import type { Requests } from './create-requests.ts';
import { DISCONNECT, encodeConnect, encodePuback, PINGREQ } from './encode-packet.ts';
import type { ConnectOptions, Message } from './encode-packet.ts';
import type { Packet } from './packet.ts';

export interface BrokerClient {
  readonly isConnected: () => boolean;
  /** Resolves once every filter is granted. @throws BrokerRefusal, or an Error when the connection ends first */
  readonly subscribe: (filters: readonly string[]) => Promise<void>;
  /** Publishes with QoS 1; resolves once the broker has acknowledged it. @throws as subscribe */
  readonly publish: (message: Message) => Promise<void>;
  /** Ends the connection without its last will; the client reconnects at once, with new options. */
  readonly restart: () => void;
}

type Kind<K extends Packet['kind']> = Extract<Packet, { readonly kind: K }>;

interface BrokerOptions {
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly reconnectEveryMs: number;
  /** Called for each connection: the will of each one names its own session. */
  readonly connectOptions: () => ConnectOptions;
  readonly on: {
    readonly connected: () => void;
    /** Called for every packet. */
    readonly packetReceived: () => void;
    readonly message: (topic: string, payload: string, isRetained: boolean) => void;
    /** A connection ended or could not be opened; the client reconnects. `reason`: the broker's, if it gave one. */
    readonly closed: (reason: number | null) => void;
  };
}

interface ClientState extends BrokerOptions {
  /** The requests of the connection that the broker accepted; null while there is none. */
  accepted: Requests | null;
  connection: Connection | null;
}

interface Connection {
  readonly client: ClientState;
  readonly connectOptions: ConnectOptions;
  readonly socket: WebSocket;
  readonly requests: Requests;
  readonly connectTimeout: ReturnType<typeof setTimeout>;
  keepAlive: KeepAlive | null;
  hasEnded: boolean;
}

/**
 * A client of an MQTT broker over WebSocket for the lifetime of the page, with the part of the protocol that a display
 * needs: clean sessions, QoS 1, a last will, and a reconnect whenever the connection is lost. Requests that a lost
 * connection left unanswered are rejected and never sent again: the display shows that, and a person decides.
 */
export function connectBroker(options: BrokerOptions): BrokerClient {
  const client: ClientState = { ...options, accepted: null, connection: null };
  openConnection(client);
  return {
    isConnected: () => client.accepted !== null,
    subscribe: async (filters) => acceptedRequests(client).subscribe(filters),
    publish: async (message) => acceptedRequests(client).publish(message),
    restart() {
      const { connection } = client;
      if (connection === null || client.accepted !== connection.requests) return;
      connection.socket.send(DISCONNECT);
      endConnection(connection, { reconnectAfterMs: 0 });
    },
  };
}

function acceptedRequests({ accepted }: ClientState): Requests {
  if (accepted === null) throw new Error('Not connected to the broker.');
  return accepted;
}

function openConnection(client: ClientState): void {
  const connectOptions = client.connectOptions();
  const { version } = connectOptions;
  const socket = new WebSocket(client.url, 'mqtt');
  const readPackets = createPacketReader(version);
  const connection: Connection = {
    client,
    connectOptions,
    socket,
    requests: createRequests((bytes) => socket.send(bytes), version),
    connectTimeout: setTimeout(() => endConnection(connection), client.connectTimeoutMs),
    keepAlive: null,
    hasEnded: false,
  };
  client.connection = connection;
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => socket.send(encodeConnect(connectOptions));
  socket.onclose = () => endConnection(connection);
  socket.onmessage = ({ data }) => {
    const packets = data instanceof ArrayBuffer ? readPackets(new Uint8Array(data)) : null;
    if (packets === null) endConnection(connection);
    for (const packet of packets ?? []) if (!connection.hasEnded) handlePacket(connection, packet);
  };
}

interface Ending {
  /** That the broker gave. */
  readonly reason?: number;
  readonly reconnectAfterMs?: number;
}

/** Does not wait for the browser's close event, which takes a minute when the host is gone. */
function endConnection(connection: Connection, { reason, reconnectAfterMs }: Ending = {}): void {
  if (connection.hasEnded) return;
  const { client, requests, socket } = connection;
  connection.hasEnded = true;
  clearTimeout(connection.connectTimeout);
  connection.keepAlive?.stop();
  socket.close();
  if (client.accepted === requests) client.accepted = null;
  requests.abandon();
  client.on.closed(reason ?? null);
  setTimeout(() => openConnection(client), reconnectAfterMs ?? client.reconnectEveryMs);
}

function handlePacket(connection: Connection, packet: Packet): void {
  const { client, requests } = connection;
  client.on.packetReceived();
  connection.keepAlive?.packetReceived();
  if (packet.kind === 'connack') handleConnack(connection, packet);
  else if (packet.kind === 'publish') handlePublish(connection, packet);
  else if (packet.kind === 'puback') requests.complete(packet.id, [packet.reason]);
  else if (packet.kind === 'suback') requests.complete(packet.id, packet.reasons);
  else if (packet.kind === 'disconnect') endConnection(connection, { reason: packet.reason });
}

function handleConnack(
  connection: Connection,
  { reason, receiveMaximum, keepaliveS }: Kind<'connack'>,
): void {
  const { client, requests, socket, connectOptions } = connection;
  if (reason !== 0 || client.accepted === requests) {
    endConnection(connection);
    return;
  }
  clearTimeout(connection.connectTimeout);
  connection.keepAlive = startKeepAlive(keepaliveS ?? connectOptions.keepaliveS, {
    ping: () => socket.send(PINGREQ),
    onLost: () => endConnection(connection),
  });
  requests.allow(receiveMaximum);
  client.accepted = requests;
  client.on.connected();
}

function handlePublish({ client, socket }: Connection, packet: Kind<'publish'>): void {
  client.on.message(packet.topic, packet.payload, packet.isRetained);
  if (packet.id !== null) socket.send(encodePuback(packet.id));
}

interface KeepAlive {
  readonly packetReceived: () => void;
  readonly stop: () => void;
}

/** Pings the broker once per keep-alive; the connection is lost when no packet arrives within half of one after that. */
function startKeepAlive(
  keepaliveS: number,
  { ping, onLost }: { readonly ping: () => void; readonly onLost: () => void },
): KeepAlive {
  if (keepaliveS === 0) return { packetReceived: () => undefined, stop: () => undefined };
  const everyMs = keepaliveS * 1_000;
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const pings = setInterval(() => {
    clearTimeout(timeout);
    timeout = setTimeout(onLost, everyMs / 2);
    ping();
  }, everyMs);
  return {
    packetReceived: () => clearTimeout(timeout),
    stop() {
      clearInterval(pings);
      clearTimeout(timeout);
    },
  };
}
