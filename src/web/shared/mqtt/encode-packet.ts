import type { ProtocolVersion } from './packet.ts';

/** A message to publish, always with QoS 1. */
export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly isRetained: boolean;
}

export interface ConnectOptions {
  readonly version: ProtocolVersion;
  readonly clientId: string;
  readonly keepaliveS: number;
  /** The message that the broker publishes when this client disconnects unexpectedly. */
  readonly will: Message;
}

const encoder = new TextEncoder();
const NO_PROPERTIES = [0];
/** A clean start, a will, retained, with QoS 1 (MQTT 5, 3.1.2.3). */
const CONNECT_FLAGS = 0b0000_1110;
const WILL_RETAIN = 0b0010_0000;

export const PINGREQ = Uint8Array.of(0xc0, 0);
/** A normal end: the broker drops the last will. */
export const DISCONNECT = Uint8Array.of(0xe0, 0);

/** The first packet of every connection. */
export function encodeConnect({
  version,
  clientId,
  keepaliveS,
  will,
}: ConnectOptions): Uint8Array<ArrayBuffer> {
  const properties = version === 5 ? NO_PROPERTIES : [];
  const flags = CONNECT_FLAGS | (will.isRetained ? WILL_RETAIN : 0);
  return packet(0x10, [
    text('MQTT'),
    [version, flags],
    uint16(keepaliveS),
    properties,
    text(clientId),
    properties,
    text(will.topic),
    text(will.payload),
  ]);
}

/** A publication with QoS 1, identified by its id until it is acknowledged. */
export function encodePublish(
  { topic, payload, isRetained }: Message,
  id: number,
  version: ProtocolVersion,
): Uint8Array<ArrayBuffer> {
  const properties = version === 5 ? NO_PROPERTIES : [];
  return packet(isRetained ? 0x33 : 0x32, [text(topic), uint16(id), properties, encoder.encode(payload)]);
}

/** A subscription with QoS 1 to every filter. */
export function encodeSubscribe(
  filters: readonly string[],
  id: number,
  version: ProtocolVersion,
): Uint8Array<ArrayBuffer> {
  const properties = version === 5 ? NO_PROPERTIES : [];
  return packet(0x82, [uint16(id), properties, ...filters.flatMap((filter) => [text(filter), [1]])]);
}

/** The acknowledgement of a publication with QoS 1. */
export function encodePuback(id: number): Uint8Array<ArrayBuffer> {
  return packet(0x40, [uint16(id)]);
}

function packet(head: number, parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const front = [head, ...varint(length)];
  const bytes = new Uint8Array(front.length + length);
  let at = 0;
  for (const part of [front, ...parts]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}

function uint16(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

function text(value: string): readonly number[] {
  const bytes = encoder.encode(value);
  if (bytes.length > 0xffff) throw new Error('A text is longer than MQTT allows (65,535 bytes).');
  return [...uint16(bytes.length), ...bytes];
}
