/**
 * Unpacks PackBits runs (PS3.5 annex G.3) from `packed` to `target` until either ends, and returns the position
 * reached in `packed`. The rest of a run stays in `state` for the next call: [count: i32, positive: bytes to
 * copy, negative: repetitions; the byte to repeat: i32; the current end of `target`: u32]. Copies in blocks of
 * sixteen bytes: one block of free memory must follow both.
 */
export function unpackBits(
  packed: usize,
  packedEnd: usize,
  target: usize,
  targetEnd: usize,
  state: usize,
): usize {
  let left = load<i32>(state);
  let value = load<i32>(state, 4);
  while (target < targetEnd) {
    if (left == 0) {
      if (packed >= packedEnd) break;
      const control = <i32>load<u8>(packed);
      if (control > 128) {
        if (packed + 1 >= packedEnd) break;
        value = <i32>load<u8>(packed, 1);
        left = control - 257;
        packed += 2;
      } else {
        left = control < 128 ? control + 1 : 0;
        packed += 1;
        continue;
      }
    }
    const room = <i32>(targetEnd - target);
    if (left > 0) {
      const count = min(min(left, room), <i32>(packedEnd - packed));
      if (count == 0) break;
      for (let i: i32 = 0; i < count; i += 16) v128.store(target + i, v128.load(packed + i));
      packed += count;
      target += count;
      left -= count;
    } else {
      const count = min(-left, room);
      const block = i8x16.splat(<i8>value);
      for (let i: i32 = 0; i < count; i += 16) v128.store(target + i, block);
      target += count;
      left += count;
    }
  }
  store<i32>(state, left);
  store<i32>(state, value, 4);
  store<u32>(state, <u32>target, 8);
  return packed;
}

/** `count` little-endian 16-bit samples from their more and less significant bytes; in blocks of sixteen. */
export function joinBytes(high: usize, low: usize, target: usize, count: i32): void {
  for (let i: i32 = 0; i < count; i += 16) {
    const more = v128.load(high + i);
    const less = v128.load(low + i);
    v128.store(
      target + 2 * i,
      i8x16.shuffle(less, more, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
    );
    v128.store(
      target + 2 * i,
      i8x16.shuffle(less, more, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
      16,
    );
  }
}
