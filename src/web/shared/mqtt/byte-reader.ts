/** Reads the fields of one packet in order. Throws if the packet ends before the field. */
export interface ByteReader {
  readonly left: () => number;
  readonly byte: () => number;
  readonly uint16: () => number;
  readonly uint32: () => number;
  /** One to four bytes, seven bits each (MQTT 5, 1.5.5). */
  readonly varint: () => number;
  readonly bytes: (length: number) => Uint8Array;
  /** UTF-8 with a length prefix. */
  readonly text: () => string;
}

const decoder = new TextDecoder();

/** Creates a reader at the start of the bytes. */
export function createByteReader(source: Uint8Array): ByteReader {
  let at = 0;

  function bytes(length: number): Uint8Array {
    if (at + length > source.length) throw new Error('The packet is truncated.');
    at += length;
    return source.subarray(at - length, at);
  }

  function byte(): number {
    return bytes(1)[0] ?? 0;
  }

  function uint16(): number {
    return byte() * 0x100 + byte();
  }

  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const next = byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
    throw new Error('A length has more than four bytes.');
  }

  return {
    left: () => source.length - at,
    byte,
    uint16,
    uint32: () => uint16() * 0x1_0000 + uint16(),
    varint,
    bytes,
    text: () => decoder.decode(bytes(uint16())),
  };
}
