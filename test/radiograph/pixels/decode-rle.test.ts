import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRle } from '../../../src/radiograph/pixels/decode-rle.ts';

/** A run as it is packed: copied bytes, one byte repeated, or the no-operation byte. */
const run = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 128 }).map((bytes) => ({
    packed: [bytes.length - 1, ...bytes],
    bytes: [...bytes],
  })),
  fc.tuple(fc.integer({ min: 2, max: 128 }), fc.integer({ min: 0, max: 255 })).map(([count, value]) => ({
    packed: [257 - count, value],
    bytes: Array.from({ length: count }, () => value),
  })),
  fc.constant({ packed: [128], bytes: [] as number[] }),
);

function frameOf(segments: readonly (readonly number[])[]): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length, 0);
  let at = 64;
  for (const [index, segment] of segments.entries()) {
    header.writeUInt32LE(at, 4 + 4 * index);
    at += segment.length;
  }
  return Buffer.concat([header, ...segments.map((segment) => Buffer.from(segment))]);
}

test('runs of any kind and order come out as they went in, in one and in two bytes', () => {
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 40 }), fc.array(run, { maxLength: 40 }), (a, b) => {
      const high = a.flatMap(({ bytes }) => bytes);
      const low = b.flatMap(({ bytes }) => bytes);
      const packed = [a, b].map((runs) => runs.flatMap((one) => one.packed));
      const single = { pixels: high.length, planes: 1, bytesPerSample: 1 };
      expect([...decodeRle(frameOf(packed.slice(0, 1)), single)]).toEqual(high);
      const pixels = Math.min(high.length, low.length);
      const both = decodeRle(frameOf(packed), { pixels, planes: 1, bytesPerSample: 2 });
      expect([...both]).toEqual(Array.from({ length: pixels }, (_, i) => [low[i]!, high[i]!]).flat());
    }),
  );
});

test('pictures larger than what is unpacked at a time are whole, runs across the seam included', () => {
  const bytes = Array.from({ length: 150_001 }, (_, index) => (index * 7 + (index >> 8)) & 255);
  const packed: number[] = [];
  for (let at = 0; at < bytes.length; at += 127)
    packed.push(Math.min(127, bytes.length - at) - 1, ...bytes.slice(at, at + 127));
  const repeated = Array.from({ length: Math.ceil(bytes.length / 128) }, () => [129, 9]).flat();
  const size = { pixels: bytes.length, planes: 1, bytesPerSample: 2 };
  const decoded = decodeRle(frameOf([repeated, packed]), size);
  expect(Buffer.compare(decoded, Buffer.from(bytes.flatMap((low) => [low, 9])))).toBe(0);
});

test.each([
  [
    'a segment that ends in a run',
    [
      [200, 1],
      [5, 1, 2],
    ],
  ],
  ['a segment that ends with a control byte', [[200, 1], [200]]],
  ['an empty segment', [[200, 1], []]],
  ['a segment of no-operation bytes', [[200, 1], Array.from({ length: 100_000 }, () => 128)]],
])('%s is rejected as corrupt without hanging', (_name, segments) => {
  const size = { pixels: 57, planes: 1, bytesPerSample: 2 };
  expect(() => decodeRle(frameOf(segments), size)).toThrow(
    expect.objectContaining({ code: 'PIXELS_CORRUPT' }) as Error,
  );
});
