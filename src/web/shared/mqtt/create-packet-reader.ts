import type { Packet, ProtocolVersion } from './packet.ts';
import { readPacket } from './read-packet.ts';

/**
 * Puts the packets of a connection together again, however the network cut them; null once something came that is no
 * MQTT: the connection is then worth nothing any more.
 */
export function createPacketReader(
  version: ProtocolVersion,
): (chunk: Uint8Array) => readonly Packet[] | null {
  let rest = new Uint8Array();

  function takeWhole(): readonly Packet[] {
    const packets: Packet[] = [];
    for (let span = firstSpan(rest); span !== null; span = firstSpan(rest)) {
      packets.push(readPacket(rest[0] ?? 0, rest.subarray(span.start, span.end), version));
      rest = rest.subarray(span.end);
    }
    return packets;
  }

  return (chunk) => {
    rest = joined(rest, chunk);
    try {
      return takeWhole();
    } catch {
      return null;
    }
  };
}

/** Where the body of the first packet lies; null while it is not whole. */
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
  throw new Error('a length of more than four bytes');
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
