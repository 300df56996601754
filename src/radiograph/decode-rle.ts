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
  const decoded = Buffer.alloc(pixels * planes * bytesPerSample);
  for (let segment = 0; segment < segments; segment += 1) {
    const start = frame.readUInt32LE(4 + 4 * segment);
    const end = segment + 1 < segments ? frame.readUInt32LE(8 + 4 * segment) : frame.length;
    const plane = Math.floor(segment / bytesPerSample);
    // The most significant byte of a sample comes first.
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    const first = plane * pixels * bytesPerSample + byte;
    const written = unpackBits(frame.subarray(start, end), decoded, {
      first,
      step: bytesPerSample,
      count: pixels,
    });
    if (written < pixels) {
      throw new BonewatchError('PIXELS_CORRUPT', 'The RLE frame ends before the picture does.');
    }
  }
  return decoded;
}

function unpackBits(
  packed: Buffer,
  target: Buffer,
  to: { readonly first: number; readonly step: number; readonly count: number },
): number {
  const { first, step, count } = to;
  let written = 0;
  let position = 0;
  while (written < count && position < packed.length) {
    const control = packed[position] ?? 0;
    position += 1;
    if (control === 128) continue;
    const isRun = control > 128;
    const length = isRun ? 257 - control : Math.min(control + 1, packed.length - position);
    if (isRun && position === packed.length) break;
    const stop = Math.min(written + length, count);
    for (let source = position; written < stop; written += 1) {
      target[first + written * step] = packed[source] ?? 0;
      if (!isRun) source += 1;
    }
    position += isRun ? 1 : length;
  }
  return written;
}
