/** One field of a protobuf message: a number, or the bytes of a text, a message or a packed list. */
export function field(number: number, content: number | string | readonly Uint8Array[]): Uint8Array {
  if (typeof content === 'number') return Uint8Array.from([...varint(number * 8), ...varint(content)]);
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.concat(content);
  return Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]);
}

/** A number as a base-128 varint, least significant group first. */
export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
