/** Rec. 601 weights, the luma of JPEG: red, green and blue, 0…`max`, to one grey, 0…65535. */
export function lumaOf(
  samples: Uint8Array | Uint16Array,
  layout: { readonly pixels: number; readonly isPlanar: boolean; readonly max: number },
): Uint16Array {
  const { pixels, isPlanar, max } = layout;
  const step = isPlanar ? 1 : 3;
  const plane = isPlanar ? pixels : 1;
  const scale = 65535 / max;
  const grey = new Uint16Array(pixels);
  for (let index = 0; index < pixels; index += 1) {
    const red = samples[index * step] ?? 0;
    const green = samples[index * step + plane] ?? 0;
    const blue = samples[index * step + 2 * plane] ?? 0;
    grey[index] = Math.round(Math.min(0.299 * red + 0.587 * green + 0.114 * blue, max) * scale);
  }
  return grey;
}
