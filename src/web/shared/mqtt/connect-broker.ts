import { createPacketReader } from './create-packet-reader.ts';
import { createRequests } from './create-requests.ts';
import type { Requests } from './create-requests.ts';
import { encodeConnect, encodePuback, PINGREQ } from './encode-packet.ts';
import type { Introduction, Message } from './encode-packet.ts';
import type { Packet } from './packet.ts';

export interface BrokerClient {
  readonly isConnected: () => boolean;
  /** Resolves once every filter is granted. @throws BrokerRefusal, or an Error where the connection ends before */
  readonly subscribe: (filters: readonly string[]) => Promise<void>;
  /** Publishes with QoS 1; resolves once the broker has it. @throws as subscribe */
  readonly publish: (message: Message) => Promise<void>;
}

type Kind<K extends Packet['kind']> = Extract<Packet, { readonly kind: K }>;

interface BrokerOptions {
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly reconnectEveryMs: number;
  /** Asked for each connection anew: the will of each names its own session. */
  readonly introduce: () => Introduction;
  readonly on: {
    readonly connected: () => void;
    /** Some packet came. */
    readonly packetReceived: () => void;
    readonly message: (topic: string, payload: string, isRetained: boolean) => void;
    /** A connection ended, or none came about; another one will be tried. */
    readonly closed: () => void;
  };
}

/**
 * A client of an MQTT broker over WebSocket for as long as the page lives, with what a display needs of the protocol:
 * clean sessions, QoS 1, a last will, and a new connection whenever one is lost. What a lost connection had not been
 * answered is rejected and never sent again: the display shows that, and a person decides.
 */
export function connectBroker(options: BrokerOptions): BrokerClient {
  const { on } = options;
  let accepted: Requests | null = null;

  function open(): void {
    const introduction = options.introduce();
    const socket = new WebSocket(options.url, 'mqtt');
    const requests = createRequests((bytes) => socket.send(bytes), introduction.version);
    const read = createPacketReader(introduction.version);
    const opening = setTimeout(end, options.connectTimeoutMs);
    let pulse: KeepAlive | null = null;
    let isOver = false;

    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket.send(encodeConnect(introduction));
    socket.onclose = end;
    socket.onmessage = ({ data }) => {
      const packets = data instanceof ArrayBuffer ? read(new Uint8Array(data)) : null;
      if (packets === null) end();
      for (const packet of packets ?? []) if (!isOver) take(packet);
    };

    /** Not by the browser's word alone: towards a host that is gone it waits a minute for a goodbye. */
    function end(): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(opening);
      pulse?.stop();
      socket.close();
      if (accepted === requests) accepted = null;
      requests.abandon();
      on.closed();
      setTimeout(open, options.reconnectEveryMs);
    }

    function take(packet: Packet): void {
      on.packetReceived();
      pulse?.packetReceived();
      if (packet.kind === 'connack') welcome(packet);
      else if (packet.kind === 'publish') hear(packet);
      else if (packet.kind === 'puback') requests.complete(packet.id, [packet.reason]);
      else if (packet.kind === 'suback') requests.complete(packet.id, packet.reasons);
      else if (packet.kind === 'disconnect') end();
    }

    function welcome({ reason, receiveMaximum, keepaliveS }: Kind<'connack'>): void {
      if (reason !== 0 || accepted === requests) {
        end();
        return;
      }
      clearTimeout(opening);
      const ask = (): void => socket.send(PINGREQ);
      pulse = startKeepAlive(keepaliveS ?? introduction.keepaliveS, { ask, lost: end });
      requests.allow(receiveMaximum);
      accepted = requests;
      on.connected();
    }

    function hear({ topic, payload, isRetained, id }: Kind<'publish'>): void {
      on.message(topic, payload, isRetained);
      if (id !== null) socket.send(encodePuback(id));
    }
  }

  const whileConnected = (ask: (requests: Requests) => Promise<void>): Promise<void> =>
    accepted === null ? Promise.reject(new Error('not connected')) : ask(accepted);

  open();
  return {
    isConnected: () => accepted !== null,
    subscribe: (filters) => whileConnected((requests) => requests.subscribe(filters)),
    publish: (message) => whileConnected((requests) => requests.publish(message)),
  };
}

interface KeepAlive {
  readonly packetReceived: () => void;
  readonly stop: () => void;
}

/** Asks the broker for a sign of life each time the keep-alive has passed; half as long without one, and it is lost. */
function startKeepAlive(
  keepaliveS: number,
  { ask, lost }: { readonly ask: () => void; readonly lost: () => void },
): KeepAlive {
  if (keepaliveS === 0) return { packetReceived: () => undefined, stop: () => undefined };
  const everyMs = keepaliveS * 1_000;
  let late: ReturnType<typeof setTimeout> | undefined;
  const asking = setInterval(() => {
    clearTimeout(late);
    late = setTimeout(lost, everyMs / 2);
    ask();
  }, everyMs);
  return {
    packetReceived: () => clearTimeout(late),
    stop() {
      clearInterval(asking);
      clearTimeout(late);
    },
  };
}
