import type { Packet, ProtocolVersion } from './packet.ts';
import { readPacket } from './read-packet.ts';

/**
 * Reassembles the packets of a connection from chunks of any size. Returns null if the bytes are not MQTT: the
 * connection is then unusable.
 */
export function createPacketReader(
  version: ProtocolVersion,
): (chunk: Uint8Array) => readonly Packet[] | null {
  let rest = new Uint8Array();

  function readComplete(): readonly Packet[] {
    const packets: Packet[] = [];
    for (let span = firstSpan(rest); span !== null; span = firstSpan(rest)) {
      packets.push(readPacket(rest[0] ?? 0, rest.subarray(span.start, span.end), version));
      rest = rest.subarray(span.end);
    }
    return packets;
  }

  return (chunk) => {
    rest = concat(rest, chunk);
    try {
      return readComplete();
    } catch {
      return null;
    }
  };
}

/** The position of the body of the first packet; null while it is incomplete. */
function firstSpan(bytes: Uint8Array): { readonly start: number; readonly end: number } | null {
  let length = 0;
  for (let index = 1; index <= 4; index += 1) {
    const next = bytes[index];
    if (next === undefined) return null;
    length += (next & 0x7f) * 2 ** (7 * (index - 1));
    if (next >= 0x80) continue;
    const start = index + 1;
    return bytes.length < start + length ? null : { start, end: start + length };
  }
  throw new Error('A length has more than four bytes.');
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
