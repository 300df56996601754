import fc from 'fast-check';
import { generate, parser } from 'mqtt-packet';
import type { IPublishPacket, Packet as ReferencePacket } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { createPacketReader } from '../../../../src/web/shared/mqtt/create-packet-reader.ts';
import {
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  PINGREQ,
} from '../../../../src/web/shared/mqtt/encode-packet.ts';
import type { Packet, ProtocolVersion } from '../../../../src/web/shared/mqtt/packet.ts';

// The reference is mqtt-packet 9, which the daemon itself uses.
const VERSIONS: readonly ProtocolVersion[] = [5, 4];
const version = fc.constantFrom(...VERSIONS);
const topic = fc.stringMatching(/^[a-z0-9/가-힣]{1,200}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 40_000 });
const id = fc.integer({ min: 1, max: 0xffff });

/** Decodes the bytes of a display with the reference implementation. */
function asTheBrokerReads(bytes: Uint8Array, protocolVersion: ProtocolVersion): ReferencePacket {
  const read: ReferencePacket[] = [];
  const reference = parser({ protocolVersion });
  reference.on('packet', (packet: ReferencePacket) => read.push(packet));
  reference.on('error', (error: Error) => {
    throw error;
  });
  const rest = reference.parse(Buffer.from(bytes));
  expect([read.length, rest]).toEqual([1, 0]);
  return read[0]!;
}

describe('packets from the display to the broker', () => {
  it('a CONNECT with a last will is encoded for both protocol versions', () => {
    fc.assert(
      fc.property(version, topic, text, fc.boolean(), (protocol, willTopic, payload, isRetained) => {
        fc.pre(Buffer.byteLength(payload) <= 0xffff);
        const will = { topic: willTopic, payload, isRetained };

        const sent = encodeConnect({ version: protocol, clientId: 'display-왼쪽', keepaliveS: 5, will });

        expect(asTheBrokerReads(sent, protocol)).toMatchObject({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: protocol,
          clientId: 'display-왼쪽',
          clean: true,
          keepalive: 5,
          will: { topic: willTopic, qos: 1, retain: isRetained },
        });
        const { will: read } = asTheBrokerReads(sent, protocol) as { will?: { payload: Buffer } };
        expect(read?.payload.toString()).toBe(payload);
      }),
    );
  });

  it('a publication of any length and script is encoded', () => {
    fc.assert(
      fc.property(version, topic, text, id, fc.boolean(), (protocol, to, payload, messageId, isRetained) => {
        const sent = encodePublish({ topic: to, payload, isRetained }, messageId, protocol);

        const read = asTheBrokerReads(sent, protocol) as IPublishPacket;
        expect(read).toMatchObject({ cmd: 'publish', topic: to, qos: 1, retain: isRetained, messageId });
        expect(read.payload.toString()).toBe(payload);
      }),
    );
  });

  it.each(VERSIONS)('subscriptions, acknowledgements and pings are encoded (MQTT %i)', (protocol) => {
    const subscription = asTheBrokerReads(encodeSubscribe(['a/+', 'b/#'], 7, protocol), protocol);
    expect(subscription).toMatchObject({
      cmd: 'subscribe',
      messageId: 7,
      subscriptions: [
        { topic: 'a/+', qos: 1 },
        { topic: 'b/#', qos: 1 },
      ],
    });
    expect(asTheBrokerReads(encodePuback(513), protocol)).toMatchObject({ cmd: 'puback', messageId: 513 });
    expect(asTheBrokerReads(PINGREQ, protocol)).toMatchObject({ cmd: 'pingreq' });
  });
});

describe('packets from the broker to the display', () => {
  const properties = {
    payloadFormatIndicator: true,
    messageExpiryInterval: 600,
    contentType: 'application/json',
    responseTopic: 'r',
    correlationData: Buffer.from([1, 2, 3]),
    subscriptionIdentifier: 200,
    userProperties: { a: 'b', c: 'd' },
  };

  it('publications are read from chunks of any size', () => {
    fc.assert(
      fc.property(
        version,
        fc.array(fc.record({ topic, payload: text, retain: fc.boolean(), qos: fc.constantFrom(0, 1) }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1 }),
        (protocol, messages, cuts) => {
          const bytes = Buffer.concat(
            messages.map((message, index) =>
              generate(
                {
                  cmd: 'publish',
                  dup: false,
                  ...message,
                  qos: message.qos === 0 ? 0 : 1,
                  messageId: index + 1,
                  ...(protocol === 5 ? { properties } : {}),
                },
                { protocolVersion: protocol },
              ),
            ),
          );

          const read = createPacketReader(protocol);
          const packets = pieces(bytes, cuts).flatMap((piece) => read(piece) ?? []);

          expect(packets).toEqual(
            messages.map(({ topic: to, payload, retain, qos }, index) => ({
              kind: 'publish',
              topic: to,
              payload,
              isRetained: retain,
              id: qos === 0 ? null : index + 1,
            })),
          );
        },
      ),
    );
  });

  it('answers to requests and a DISCONNECT are read', () => {
    const connack = generate(
      {
        cmd: 'connack',
        sessionPresent: false,
        reasonCode: 0,
        properties: {
          receiveMaximum: 20,
          serverKeepAlive: 3,
          topicAliasMaximum: 10,
          assignedClientIdentifier: 'x',
          maximumQoS: 1,
          retainAvailable: true,
          maximumPacketSize: 100_000,
          reasonString: 'welcome',
        },
      },
      { protocolVersion: 5 },
    );
    const puback = generate({ cmd: 'puback', messageId: 300, reasonCode: 135 }, { protocolVersion: 5 });
    const suback = generate({ cmd: 'suback', messageId: 9, granted: [1, 135] }, { protocolVersion: 5 });
    const disconnect = generate({ cmd: 'disconnect', reasonCode: 142 }, { protocolVersion: 5 });

    const packets = [connack, puback, suback, disconnect].map((bytes) => only(bytes, 5));

    expect(packets).toEqual([
      { kind: 'connack', reason: 0, receiveMaximum: 20, keepaliveS: 3 },
      { kind: 'puback', id: 300, reason: 135 },
      { kind: 'suback', id: 9, reasons: [1, 135] },
      { kind: 'disconnect', reason: 142 },
    ]);
  });

  it('an older broker’s refusal of the protocol version is read', () => {
    const refusal = generate({ cmd: 'connack', sessionPresent: false, returnCode: 1 });

    expect(only(refusal, 5)).toMatchObject({ kind: 'connack', reason: 1 });
  });

  it('bytes that are not MQTT are rejected and never throw', () => {
    expect(createPacketReader(5)(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(20)))).toBeNull();
    expect(createPacketReader(5)(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]))).toBeNull();
    fc.assert(
      fc.property(version, fc.uint8Array({ maxLength: 300 }), (protocol, bytes) => {
        const read = createPacketReader(protocol);
        expect(() => pieces(Buffer.from(bytes), [7]).map(read)).not.toThrow();
      }),
    );
  });
});

function only(bytes: Buffer, protocol: ProtocolVersion): Packet | undefined {
  const packets = createPacketReader(protocol)(bytes);
  expect(packets).toHaveLength(1);
  return packets?.[0];
}

function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = cuts[cut.length % cuts.length] ?? 1;
    cut.push(bytes.subarray(at, at + length));
    at += length;
  }
  return cut;
}
