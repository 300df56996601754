/** As much of DER (ITU-T X.690) as a certificate needs: each function gives the bytes of one value. */

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return derValue(0x30, ...parts);
}

export function derSet(...parts: readonly Uint8Array[]): Buffer {
  return derValue(0x31, ...parts);
}

/** `[number]` around other values, or in place of a tag: RFC 5280 uses both. */
export function derContext(
  number: number,
  kind: 'constructed' | 'primitive',
  ...parts: readonly Uint8Array[]
) {
  return derValue((kind === 'constructed' ? 0xa0 : 0x80) + number, ...parts);
}

/** A number of any size, as bytes, most significant first; never negative. */
export function derInteger(bytes: Uint8Array): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return derValue(0x02, isNegative ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function derBoolean(value: boolean): Buffer {
  return derValue(0x01, Buffer.of(value ? 0xff : 0));
}

/** Bits, the last `unused` of which do not count. */
export function derBitString(bytes: Uint8Array, unused = 0): Buffer {
  return derValue(0x03, Buffer.of(unused), bytes);
}

export function derOctetString(bytes: Uint8Array): Buffer {
  return derValue(0x04, bytes);
}

export function derUtf8(text: string): Buffer {
  return derValue(0x0c, Buffer.from(text));
}

/** An object identifier such as `1.2.840.10045.4.3.2`. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return derValue(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5). */
export function derTime(time: Date): Buffer {
  const digits = time.toISOString().replaceAll(/[-:T]|\..*$/g, '');
  const isLate = time.getUTCFullYear() >= 2050;
  return derValue(isLate ? 0x18 : 0x17, Buffer.from(`${isLate ? digits : digits.slice(2)}Z`));
}

function derValue(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.of(0x80 + bytes.length, ...bytes);
}

function base128(value: number): number[] {
  const groups = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) groups.unshift(0x80 | (rest & 0x7f));
  return groups;
}
