const MIB = 1024 * 1024;
/** A file and its pixels; no more are in use at once. */
const MAX_RETAINED = 2;
/** Sixteen megapixels of sixteen bits; larger buffers are rare and are released to the system. */
const MAX_RETAINED_BYTES = 32 * MIB;

const retained: ArrayBuffer[] = [];
/** Buffers allocated or adopted here; the memory of a codec or a library must not be reused. */
const own = new WeakSet<ArrayBufferLike>();

/**
 * Memory that is not zeroed: a buffer that this thread returned, or a new one. Returning it saves the next radiograph the
 * allocation and collection of twenty megabytes; a buffer that is not returned is garbage collected.
 */
export function borrowBuffer(bytes: number): Buffer {
  if (bytes < MIB) return Buffer.allocUnsafeSlow(bytes);
  const fits = retained.filter(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes + MIB);
  const smallest = fits.toSorted((a, b) => a.byteLength - b.byteLength)[0];
  if (!smallest) {
    const { buffer } = Buffer.allocUnsafeSlow(Math.ceil(bytes / MIB) * MIB);
    own.add(buffer);
    return Buffer.from(buffer, 0, bytes);
  }
  retained.splice(retained.indexOf(smallest), 1);
  return Buffer.from(smallest, 0, bytes);
}

/** Treats memory that a codec allocated for the caller as borrowed. */
export function adoptBuffer({ buffer, byteLength }: Uint8Array): void {
  if (byteLength === buffer.byteLength) own.add(buffer);
}

/** Ends the use of a borrowed buffer and of every view into it; other buffers are ignored. */
export function returnBuffer({ buffer }: Uint8Array | Uint16Array): void {
  if (!own.has(buffer) || !(buffer instanceof ArrayBuffer) || retained.includes(buffer)) return;
  retained.push(buffer);
  const isTooMuch = retained.length > MAX_RETAINED || buffer.byteLength > MAX_RETAINED_BYTES;
  // Freed at once: the garbage collector accounts for such memory late, and then pauses the thread.
  if (isTooMuch) (buffer.byteLength > MAX_RETAINED_BYTES ? retained.pop() : retained.shift())?.transfer(0);
}
