import { Transform } from 'node:stream';
import { generate, parser, type IConnectPacket, type Packet } from 'mqtt-packet';
import { parseTopic } from '../../contract/topics.ts';
import type { CommandSignature } from './command-signature.ts';
import { isOwnDisplayId, maySubscribe, messageToForward, type DisplayGrant } from './display-grant.ts';

/** Most bytes buffered until a packet is complete. */
const MAX_PACKET_BYTES = 256 * 1024;
/** MQTT 5, 2.4: "not authorized"; for a subscription in MQTT 3.1.1: "failure". */
const NOT_AUTHORIZED = 0x87;
const FAILURE = 0x80;

export interface PacketGuard {
  /** From the page to the broker: only complete, checked packets, serialised again. */
  readonly toBroker: Transform;
  /** From the broker to the page: complete packets, and between them the refusals. */
  readonly toPage: Transform;
}

/** The packet of a page that was refused. */
export type Refused = 'connect' | 'publish' | 'subscribe' | 'malformed';

interface GuardOptions {
  readonly grant: DisplayGrant;
  /** The broker credentials of the page's connection, in place of those that the page sends. */
  readonly access: { readonly username?: string; readonly password?: string };
  /** Signs the commands of the page. */
  readonly signature: CommandSignature;
  readonly onRefused: (what: Refused) => void;
}

/** The page as its connect packet describes it. */
interface ConnectedPage {
  readonly id: string;
  readonly version: 3 | 4 | 5;
}

interface GuardState extends GuardOptions, PacketGuard {
  /** Null until the page has connected. */
  page: ConnectedPage | null;
  /** Why the page's stream is ended; null while it is open. */
  failure: Error | null;
}

/**
 * Filters the packets between a page and the broker. What is not permitted is answered as a broker would (MQTT 5:
 * reason code 135); if the protocol has no answer, the page's stream fails. None of it reaches the broker. The broker
 * gets packets that were serialised here: nothing that two parsers could read differently.
 */
export function guardPackets(options: GuardOptions): PacketGuard {
  const incoming = parser();
  const toBroker = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        if (incoming.parse(chunk) > MAX_PACKET_BYTES) fail(state, 'malformed');
      } catch {
        // The library throws for what it cannot serialise, such as a topic with a wildcard.
        fail(state, 'malformed');
      }
      done(state.failure);
    },
  });
  const state: GuardState = { ...options, toBroker, toPage: wholePackets(), page: null, failure: null };
  incoming.on('error', () => fail(state, 'malformed'));
  incoming.on('packet', (packet) => {
    if (state.failure === null) check(state, packet);
  });
  return { toBroker, toPage: state.toPage };
}

function fail(state: GuardState, what: Refused): void {
  state.failure ??= new Error(`a page was refused: ${what}`);
  state.onRefused(what);
}

function pass({ toBroker, page }: GuardState, packet: Packet): void {
  toBroker.push(generate(packet, { protocolVersion: page?.version ?? 4 }));
}

function answer({ toPage, page }: GuardState, packet: Packet): void {
  toPage.push(generate(packet, { protocolVersion: page?.version ?? 4 }));
}

function check(state: GuardState, packet: Packet): void {
  const { page } = state;
  if (page === null) {
    if (packet.cmd === 'connect') connect(state, packet);
    else fail(state, 'malformed');
    return;
  }
  switch (packet.cmd) {
    case 'publish':
      publish(state, packet, page);
      return;
    case 'subscribe':
      subscribe(state, packet, page);
      return;
    case 'unsubscribe':
      pass(state, { cmd: 'unsubscribe', ...numbered(packet), unsubscriptions: packet.unsubscriptions });
      return;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      pass(state, { cmd: packet.cmd, ...numbered(packet) });
      return;
    case 'pingreq':
      pass(state, { cmd: 'pingreq' });
      return;
    case 'disconnect':
      pass(state, { cmd: 'disconnect', reasonCode: packet.reasonCode ?? 0 });
      return;
    default:
      fail(state, 'malformed');
  }
}

function connect(state: GuardState, packet: IConnectPacket): void {
  const { grant, access } = state;
  const { clientId, keepalive = 0, protocolVersion: version = 4, will } = packet;
  const passed = will && lastWill(state, clientId, will);
  if (!isOwnDisplayId(grant, clientId) || passed === null) {
    fail(state, 'connect');
    return;
  }
  state.page = { id: clientId, version };
  pass(state, {
    cmd: 'connect',
    protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
    protocolVersion: version,
    clean: true,
    clientId,
    keepalive,
    ...(access.username === undefined ? {} : { username: access.username }),
    ...(access.password === undefined ? {} : { password: Buffer.from(access.password) }),
    ...(will && passed ? { will: { topic: will.topic, qos: will.qos ?? 0, ...passed } } : {}),
  });
}

function publish(
  state: GuardState,
  packet: Extract<Packet, { cmd: 'publish' }>,
  { id, version }: ConnectedPage,
): void {
  const { topic, payload, qos, dup } = packet;
  const { grant, signature } = state;
  const forwarded = messageToForward({ grant, id, signature }, { topic, payload: Buffer.from(payload) });
  if (forwarded !== null) {
    pass(state, { cmd: 'publish', topic, qos, dup, ...forwarded, ...(qos === 0 ? {} : numbered(packet)) });
    return;
  }
  if (version !== 5) {
    fail(state, 'publish');
    return;
  }
  state.onRefused('publish');
  if (qos === 0) return;
  answer(state, { cmd: qos === 1 ? 'puback' : 'pubrec', ...numbered(packet), reasonCode: NOT_AUTHORIZED });
}

function subscribe(
  state: GuardState,
  packet: Extract<Packet, { cmd: 'subscribe' }>,
  { id, version }: ConnectedPage,
): void {
  const { subscriptions } = packet;
  if (subscriptions.every(({ topic }) => maySubscribe(state.grant, id, topic))) {
    pass(state, { cmd: 'subscribe', ...numbered(packet), subscriptions });
    return;
  }
  state.onRefused('subscribe');
  const code = version === 5 ? NOT_AUTHORIZED : FAILURE;
  answer(state, { cmd: 'suback', ...numbered(packet), granted: subscriptions.map(() => code) });
}

/** The only last will that a page may have is its own availability. */
function lastWill(
  { grant, signature }: GuardState,
  id: string,
  { topic, payload }: { readonly topic: string; readonly payload: Buffer | string },
): ReturnType<typeof messageToForward> {
  const isAvailability = parseTopic(topic)?.kind === 'display-availability';
  if (!isAvailability) return null;
  return messageToForward({ grant, id, signature }, { topic, payload: Buffer.from(payload) });
}

function numbered({ messageId }: { readonly messageId?: number }): { readonly messageId: number } {
  return { messageId: messageId ?? 0 };
}

/** Splits a stream of bytes into MQTT packets. */
function wholePackets(): Transform {
  let rest: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let size = packetSize(rest); size !== null && size <= rest.length; size = packetSize(rest)) {
        this.push(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      done();
    },
  });
}

/** Length in bytes of the first packet, header included; null: not enough bytes to decide. */
function packetSize(bytes: Buffer): number | null {
  let length = 0;
  for (let position = 1; position <= 4; position += 1) {
    const byte = bytes[position];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** (position - 1);
    if ((byte & 0x80) === 0) return position + 1 + length;
  }
  return bytes.length;
}
