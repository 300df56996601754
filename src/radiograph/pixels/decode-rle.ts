import { BonewatchError } from '../../contract/errors.ts';
import { kernelsWith, layOut, type Kernels } from '../../kernels/kernels.ts';
import { borrowBuffer } from './large-buffers.ts';

/** Samples unpacked at a time: few enough to fit in a processor's cache. */
const CHUNK = 32_768;
/** Packed bytes copied at a time. */
const WINDOW = 32_768;
const STATE_BYTES = 12;
/** Offset, in the state, of the end of the unpacked bytes. */
const REACHED_AT = 8;

/** One RLE segment while it is unpacked in the kernels' memory. */
interface Segment {
  readonly packed: Uint8Array;
  /** Position up to which it is unpacked; the rest of a run is in the state. */
  position: number;
  /** Positions of its window, state and unpacked bytes in the kernels' memory. */
  readonly window: number;
  readonly state: number;
  readonly unpacked: number;
}

/**
 * Decodes one RLE frame (PS3.5 annex G) to little-endian samples, plane by plane, in a borrowed buffer.
 * Never writes more than `pixels × planes × bytesPerSample`, whatever the frame states. Throws PIXELS_CORRUPT.
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
  const packed = Array.from({ length: segments }, (_, segment) => {
    const start = frame.readUInt32LE(4 + 4 * segment);
    const end = segment + 1 < segments ? frame.readUInt32LE(8 + 4 * segment) : frame.length;
    return frame.subarray(start, end);
  });
  // Not zeroed: either every byte is written, or the buffer is not returned.
  const decoded = borrowBuffer(pixels * planes * bytesPerSample);
  const planeBytes = pixels * bytesPerSample;
  for (let plane = 0; plane < planes; plane += 1) {
    const target = decoded.subarray(plane * planeBytes, (plane + 1) * planeBytes);
    unpackPlane(packed.slice(plane * bytesPerSample, (plane + 1) * bytesPerSample), target);
  }
  return decoded;
}

/** One plane from the segments of its bytes, of which the most significant comes first. */
function unpackPlane(packed: readonly Uint8Array[], target: Uint8Array): void {
  const bytesPerSample = packed.length;
  const [joined = 0, ...starts] = layOut(2 * CHUNK, ...packed.flatMap(() => [WINDOW, STATE_BYTES, CHUNK]));
  const kernels = kernelsWith(starts.at(-1) ?? 0);
  const segments = packed.map((bytes, index): Segment => {
    const [window = 0, state = 0, unpacked = 0] = starts.slice(3 * index);
    new Int32Array(kernels.buffer, state, 2).fill(0);
    return { packed: bytes, position: 0, window, state, unpacked };
  });
  const [high, low] = segments;
  const result = low ? joined : (high?.unpacked ?? 0);
  for (let at = 0; at < target.length; at += CHUNK * bytesPerSample) {
    const bytes = Math.min(CHUNK * bytesPerSample, target.length - at);
    const samples = bytes / bytesPerSample;
    if (!segments.every((segment) => unpack(kernels, segment, samples))) {
      throw new BonewatchError('PIXELS_CORRUPT', 'The RLE frame ends before the picture does.');
    }
    if (high && low) kernels.joinBytes(high.unpacked, low.unpacked, joined, samples);
    target.set(new Uint8Array(kernels.buffer, result, bytes), at);
  }
}

/** The next `count` bytes of a segment; false where it holds fewer. */
function unpack({ buffer, unpackBits }: Kernels, segment: Segment, count: number): boolean {
  const { packed, window, state, unpacked } = segment;
  const reached = new DataView(buffer, state + REACHED_AT);
  const end = unpacked + count;
  let at = unpacked;
  while (at < end) {
    const seen = packed.subarray(segment.position, segment.position + WINDOW);
    new Uint8Array(buffer, window, WINDOW).set(seen);
    const used = unpackBits(window, window + seen.length, at, end, state) - window;
    segment.position += used;
    const now = reached.getUint32(0, true);
    if (used === 0 && now === at) return false;
    at = now;
  }
  return true;
}
