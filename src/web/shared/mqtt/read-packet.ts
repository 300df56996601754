import { createByteReader } from './byte-reader.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Packet, ProtocolVersion } from './packet.ts';

const decoder = new TextDecoder();
const SERVER_KEEP_ALIVE = 0x13;
const RECEIVE_MAXIMUM = 0x21;

/** The format of each MQTT 5 property (2.2.2.2), by its number; those that a client never receives are missing. */
const PROPERTY_READERS: Readonly<Record<number, (reader: ByteReader) => unknown>> = {
  0x01: (reader) => reader.byte(),
  0x02: (reader) => reader.uint32(),
  0x03: (reader) => reader.text(),
  0x08: (reader) => reader.text(),
  0x09: (reader) => reader.bytes(reader.uint16()),
  0x0b: (reader) => reader.varint(),
  0x11: (reader) => reader.uint32(),
  0x12: (reader) => reader.text(),
  [SERVER_KEEP_ALIVE]: (reader) => reader.uint16(),
  0x15: (reader) => reader.text(),
  0x16: (reader) => reader.bytes(reader.uint16()),
  0x1a: (reader) => reader.text(),
  0x1c: (reader) => reader.text(),
  0x1f: (reader) => reader.text(),
  [RECEIVE_MAXIMUM]: (reader) => reader.uint16(),
  0x22: (reader) => reader.uint16(),
  0x23: (reader) => reader.uint16(),
  0x24: (reader) => reader.byte(),
  0x25: (reader) => reader.byte(),
  0x26: (reader) => [reader.text(), reader.text()],
  0x27: (reader) => reader.uint32(),
  0x28: (reader) => reader.byte(),
  0x29: (reader) => reader.byte(),
  0x2a: (reader) => reader.byte(),
};

/** Reads one packet from its first byte and its body. Throws if a broker must not send it to a display. */
export function readPacket(head: number, body: Uint8Array, version: ProtocolVersion): Packet {
  const reader = createByteReader(body);
  const properties = (): ReadonlyMap<number, unknown> =>
    version === 5 && reader.left() > 0 ? readProperties(reader) : new Map();
  const laterReason = (): number => (reader.left() > 0 ? reader.byte() : 0);
  switch (head >> 4) {
    case 2:
      return readConnack(reader, properties);
    case 3:
      return readPublish(head, reader, properties);
    case 4:
      return { kind: 'puback', id: reader.uint16(), reason: laterReason() };
    case 9: {
      const id = reader.uint16();
      properties();
      return { kind: 'suback', id, reasons: [...reader.bytes(reader.left())] };
    }
    case 13:
      return { kind: 'pingresp' };
    case 14:
      return { kind: 'disconnect', reason: laterReason() };
    default:
      throw new Error(`Unexpected packet of kind ${head >> 4} from the broker.`);
  }
}

type Properties = () => ReadonlyMap<number, unknown>;

function readConnack(reader: ByteReader, properties: Properties): Packet {
  reader.byte();
  const reason = reader.byte();
  const values = properties();
  return {
    kind: 'connack',
    reason,
    receiveMaximum: Number(values.get(RECEIVE_MAXIMUM) ?? 0xffff),
    keepaliveS: values.has(SERVER_KEEP_ALIVE) ? Number(values.get(SERVER_KEEP_ALIVE)) : null,
  };
}

function readPublish(head: number, reader: ByteReader, properties: Properties): Packet {
  const qos = (head >> 1) & 3;
  if (qos > 1) throw new Error('The broker sent a publication with QoS 2, which was not requested.');
  const topic = reader.text();
  const id = qos === 0 ? null : reader.uint16();
  properties();
  const payload = decoder.decode(reader.bytes(reader.left()));
  return { kind: 'publish', topic, payload, isRetained: (head & 1) === 1, id };
}

function readProperties(reader: ByteReader): ReadonlyMap<number, unknown> {
  const own = createByteReader(reader.bytes(reader.varint()));
  const properties = new Map<number, unknown>();
  while (own.left() > 0) {
    const number = own.varint();
    const readValue = PROPERTY_READERS[number];
    if (readValue === undefined) throw new Error(`Unknown MQTT property ${number}.`);
    properties.set(number, readValue(own));
  }
  return properties;
}
