/**
 * Sums all source rows that one target row covers: `whole` rows, then one of which `share` belongs to this
 * target and the rest to the next. A sample's grey is ((sample + bias) & mask) × gain + offset, clamped to
 * 0…65535. `samples` are 16 bit, row-major; `sums` (out) and `carried` (in and out, the last target's remainder)
 * are float32. Works in blocks of eight columns: one block of free memory must follow each of the three.
 */
export function averageRows(
  samples: usize,
  sums: usize,
  carried: usize,
  columns: i32,
  whole: i32,
  share: f32,
  bias: i32,
  mask: i32,
  gain: f32,
  offset: f32,
): void {
  const rowBytes = (<usize>columns) << 1;
  const biases = i16x8.splat(<i16>bias);
  const masks = i16x8.splat(<i16>mask);
  const gains = f32x4.splat(gain);
  const offsets = f32x4.splat(offset);
  const here = f32x4.splat(share);
  const next = f32x4.splat(1 - share);
  for (let x: usize = 0; x < rowBytes; x += 16) {
    let low = v128.load(carried + 2 * x);
    let high = v128.load(carried + 2 * x, 16);
    let at = samples + x;
    const last = at + <usize>whole * rowBytes;
    for (; at < last; at += rowBytes) {
      const block = v128.and(i16x8.add(v128.load(at), biases), masks);
      low = f32x4.add(low, greyOf(i32x4.extend_low_i16x8_u(block), gains, offsets));
      high = f32x4.add(high, greyOf(i32x4.extend_high_i16x8_u(block), gains, offsets));
    }
    const block = v128.and(i16x8.add(v128.load(at), biases), masks);
    const lowShared = greyOf(i32x4.extend_low_i16x8_u(block), gains, offsets);
    const highShared = greyOf(i32x4.extend_high_i16x8_u(block), gains, offsets);
    v128.store(sums + 2 * x, f32x4.add(low, f32x4.mul(lowShared, here)));
    v128.store(sums + 2 * x, f32x4.add(high, f32x4.mul(highShared, here)), 16);
    v128.store(carried + 2 * x, f32x4.mul(lowShared, next));
    v128.store(carried + 2 * x, f32x4.mul(highShared, next), 16);
  }
}

function greyOf(values: v128, gains: v128, offsets: v128): v128 {
  const grey = f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(values), gains), offsets);
  return f32x4.pmax(f32x4.splat(0), f32x4.pmin(f32x4.splat(65535), grey));
}

/**
 * Computes one target row from its column sums. `ends` holds per target the byte offset of the last sum it covers,
 * `shares` the share of that sum that belongs to it; each target is multiplied by `scale`.
 */
export function averageColumns(
  sums: usize,
  ends: usize,
  shares: usize,
  target: usize,
  targets: i32,
  scale: f32,
): void {
  let at = sums;
  let carried: f32 = 0;
  const stop = target + ((<usize>targets) << 2);
  for (; target < stop; target += 4, ends += 4, shares += 4) {
    const end = sums + <usize>load<u32>(ends);
    let sum = carried;
    for (; at < end; at += 4) sum += load<f32>(at);
    const last = load<f32>(at);
    at += 4;
    const own = last * load<f32>(shares);
    store<f32>(target, (sum + own) * scale);
    carried = last - own;
  }
}
