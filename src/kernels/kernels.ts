import { COMPILED_KERNELS } from './compiled.ts';

/** The part of the global that Node's types omit. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What `assembly/` exports; positions are byte offsets into `memory`. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
  readonly averageRows: (
    ...args: [
      samples: number,
      sums: number,
      carried: number,
      columns: number,
      whole: number,
      share: number,
      bias: number,
      mask: number,
      gain: number,
      offset: number,
    ]
  ) => void;
  readonly averageColumns: (
    ...args: [sums: number, ends: number, shares: number, target: number, targets: number, scale: number]
  ) => void;
  readonly unpackBits: (
    ...args: [packed: number, packedEnd: number, target: number, targetEnd: number, state: number]
  ) => number;
  readonly joinBytes: (...args: [high: number, low: number, target: number, count: number]) => void;
}

/** The kernels and their one memory, which a call lays out as it needs; its contents are undefined between calls. */
export interface Kernels extends Omit<Exports, 'memory'> {
  readonly buffer: ArrayBuffer;
}

const PAGE_BYTES = 65_536;

let instance: Exports | null = null;

/** This thread's kernels, with at least `bytes` of memory; valid until the next call, and not across an await. */
export function kernelsWith(bytes: number): Kernels {
  instance ??= new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(COMPILED_KERNELS, 'base64')))
    .exports as Exports;
  const { memory, averageRows, averageColumns, unpackBits, joinBytes } = instance;
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  return { buffer: memory.buffer, averageRows, averageColumns, unpackBits, joinBytes };
}

/** Consecutive positions of parts of `sizes` bytes, with a free block after each, and the end of the last. */
export function layOut(...sizes: readonly number[]): number[] {
  const starts = [0];
  for (const size of sizes) starts.push((starts.at(-1) ?? 0) + Math.ceil(size / 16) * 16 + BLOCK_BYTES);
  return starts;
}

/** Kernels read and write in blocks, possibly beyond the end of a part. */
const BLOCK_BYTES = 64;
