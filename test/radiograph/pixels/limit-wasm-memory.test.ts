import { expect, it } from 'vitest';
import { limitWasmMemory } from '../../../src/radiograph/pixels/limit-wasm-memory.ts';

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Missing from Node's types. */
declare const WebAssembly: {
  instantiate(
    module: Uint8Array,
  ): Promise<{ readonly instance: { readonly exports: { readonly m: Memory } } }>;
};

/** A module of one exported memory, of at least one page and at most 32,768. */
const MODULE = Uint8Array.from(
  [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [5, 6, 1, 1, 1, 0x80, 0x80, 0x02],
    [7, 5, 1, 1, 0x6d, 2, 0],
  ].flat(),
);

async function memoryOf(module: Uint8Array): Promise<Memory> {
  return (await WebAssembly.instantiate(module)).instance.exports.m;
}

it('a codec can use as much memory as its limit and no more', async () => {
  const limited = await memoryOf(limitWasmMemory(MODULE, 3 * 65_536));

  limited.grow(2);

  expect(limited.buffer.byteLength).toBe(3 * 65_536);
  expect(() => limited.grow(1)).toThrow(RangeError);
  expect(() => limitWasmMemory(MODULE.subarray(0, 8), 1)).toThrow('no memory');
});

it('the limit is never below the initial memory of a module nor above its own maximum', async () => {
  const least = await memoryOf(limitWasmMemory(MODULE, 0));
  const most = limitWasmMemory(MODULE, 2 ** 40);

  expect(() => least.grow(1)).toThrow(RangeError);
  expect(most).toEqual(MODULE);
});
