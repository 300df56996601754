const MIB = 1024 * 1024;
/** A file and its pixels; more is not in use at once. */
const MAX_KEPT = 2;
/** Sixteen megapixels of sixteen bits; what is larger is rare and goes back to the system. */
const MAX_KEPT_BYTES = 32 * MIB;

const kept: ArrayBuffer[] = [];
/** What was made here: a codec's or a library's memory is not ours to hand on. */
const own = new WeakSet<ArrayBufferLike>();

/**
 * Memory that is not zeroed, from what this thread has returned or new. Who returns it saves the next radiograph the
 * pages of twenty megabytes and their collection; who does not leaves it to the collector.
 */
export function borrowBuffer(bytes: number): Buffer {
  if (bytes < MIB) return Buffer.allocUnsafeSlow(bytes);
  const fits = kept.filter(({ byteLength }) => byteLength >= bytes && byteLength <= 2 * bytes + MIB);
  const smallest = fits.toSorted((a, b) => a.byteLength - b.byteLength)[0];
  if (!smallest) {
    const { buffer } = Buffer.allocUnsafeSlow(Math.ceil(bytes / MIB) * MIB);
    own.add(buffer);
    return Buffer.from(buffer, 0, bytes);
  }
  kept.splice(kept.indexOf(smallest), 1);
  return Buffer.from(smallest, 0, bytes);
}

/** From now on as if borrowed: memory that a codec made for the caller alone. */
export function adoptBuffer({ buffer, byteLength }: Uint8Array): void {
  if (byteLength === buffer.byteLength) own.add(buffer);
}

/** Ends the use of a borrowed buffer and of every view into it; what was not borrowed is left alone. */
export function returnBuffer({ buffer }: Uint8Array | Uint16Array): void {
  if (!own.has(buffer) || !(buffer instanceof ArrayBuffer) || kept.includes(buffer)) return;
  kept.push(buffer);
  const isTooMuch = kept.length > MAX_KEPT || buffer.byteLength > MAX_KEPT_BYTES;
  // Freed at once: the collector counts such memory late, and then stops the thread for it.
  if (isTooMuch) (buffer.byteLength > MAX_KEPT_BYTES ? kept.pop() : kept.shift())?.transfer(0);
}
