import { BonewatchError } from '../errors.ts';

/**
 * One RLE frame (PS3.5 annex G) as little-endian samples, plane after plane. Never writes more than
 * `pixels × planes × bytesPerSample`, whatever the frame claims. Throws PIXELS_CORRUPT.
 */
export function decodeRle(
  frame: Buffer,
  size: { readonly pixels: number; readonly planes: number; readonly bytesPerSample: number },
): Buffer {
  const { pixels, planes, bytesPerSample } = size;
  const segments = frame.length >= 64 ? frame.readUInt32LE(0) : 0;
  if (segments !== planes * bytesPerSample) {
    throw new BonewatchError(
      'PIXELS_CORRUPT',
      'The RLE frame has another number of segments than the header needs.',
    );
  }
  // Not zeroed: every byte of it is written, or nothing of it is given away.
  const decoded = Buffer.allocUnsafeSlow(pixels * planes * bytesPerSample);
  for (let segment = 0; segment < segments; segment += 1) {
    const start = frame.readUInt32LE(4 + 4 * segment);
    const end = segment + 1 < segments ? frame.readUInt32LE(8 + 4 * segment) : frame.length;
    const plane = Math.floor(segment / bytesPerSample);
    // The most significant byte of a sample comes first.
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    const first = plane * pixels * bytesPerSample + byte;
    const to = { first, step: bytesPerSample, count: pixels };
    if (!unpackBits(frame.subarray(start, end), decoded, to)) {
      throw new BonewatchError('PIXELS_CORRUPT', 'The RLE frame ends before the picture does.');
    }
  }
  return decoded;
}

/** Writes `count` bytes, each `step` after the one before; false where the segment holds fewer. */
function unpackBits(
  packed: Uint8Array,
  target: Uint8Array,
  { first, step, count }: { readonly first: number; readonly step: number; readonly count: number },
): boolean {
  const end = first + count * step;
  let at = first;
  let position = 0;
  while (at < end && position < packed.length) {
    const control = packed[position] ?? 0;
    position += 1;
    if (control < 128) {
      const stop = Math.min(position + control + 1, packed.length, position + (end - at) / step);
      for (; position < stop; position += 1, at += step) target[at] = packed[position] ?? 0;
    } else if (control > 128 && position < packed.length) {
      const value = packed[position] ?? 0;
      position += 1;
      const stop = Math.min(at + (257 - control) * step, end);
      for (; at < stop; at += step) target[at] = value;
    }
  }
  return at >= end;
}
