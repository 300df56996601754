import { readFile } from 'node:fs/promises';
import type { Context, NativeCodecs } from 'dcmjs-codecs';
import { BonewatchError } from '../../contract/errors.ts';
import { jpeg2000Start, type Codestream } from './codestream.ts';
import { adoptBuffer } from './large-buffers.ts';
import { limitWasmMemory } from './limit-wasm-memory.ts';

/** Missing from the package's types. */
interface CodecInternals {
  _getWebAssemblyBytes(): Promise<Uint8Array>;
  readonly wasmApi?: { readonly wasmMemory: { readonly buffer: ArrayBuffer } };
}

interface Codecs {
  readonly NativeCodecs: typeof NativeCodecs & CodecInternals;
  readonly Context: typeof Context;
}

interface LoadedCodecs {
  readonly codecs: Codecs;
  readonly maxBytes: number;
}

const MIB = 1024 * 1024;
/** Enough for a typical radiograph in any syntax; only larger pictures get more. */
const USUAL_MAX_BYTES = 192 * MIB;
/** JPEG 2000 needs most: a 32-bit plane, the decoded one, tables and the stream itself. */
const BYTES_PER_SAMPLE = 8;
const SPARE_BYTES = 32 * MIB;
/** A thread whose codecs have grown to this is replaced, since their memory never shrinks. */
const SPENT_BYTES = 160 * MIB;

let loaded: Promise<LoadedCodecs> | null = null;
let isBroken = false;
let heldBytes = 0;

/** Whether this thread should be replaced: its codecs failed on a corrupt stream or hold much memory. */
export function codecsAreSpent(): boolean {
  return isBroken || heldBytes > SPENT_BYTES;
}

/**
 * Decodes one compressed frame to a borrowed buffer: little-endian, interleaved, 8 bits up to 8, else 16. Compiles the
 * WebAssembly codecs at the first call (about 0.1 s) and limits their memory to the most that a picture of the
 * stated size can need. Throws PIXELS_CORRUPT; afterwards `codecsAreSpent` returns true.
 */
export async function decodeFrame(
  frame: Buffer,
  codestream: Codestream,
  photometricInterpretation: string,
): Promise<Buffer> {
  const { width, height, components, bits } = codestream;
  const bytesPerSample = bits > 8 ? 2 : 1;
  const samples = width * height * components;
  const { NativeCodecs, Context } = await codecsWith(samples * BYTES_PER_SAMPLE + frame.length + SPARE_BYTES);
  const context = new Context({
    width,
    height,
    bitsAllocated: bytesPerSample * 8,
    bitsStored: bits,
    samplesPerPixel: components,
    pixelRepresentation: codestream.isSigned ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation,
    encodedBuffer: codestream.kind.endsWith('2000') ? frame.subarray(jpeg2000Start(frame)) : frame,
  });
  try {
    const decoded = decode(NativeCodecs, codestream.kind, context).getDecodedBuffer() ?? new Uint8Array();
    if (decoded.length !== samples * bytesPerSample)
      throw new Error('The decoded frame does not have the stated size.');
    adoptBuffer(decoded);
    return Buffer.from(decoded.buffer, decoded.byteOffset, decoded.byteLength);
  } catch (cause) {
    isBroken = true;
    throw new BonewatchError('PIXELS_CORRUPT', 'The compressed pixel data does not decode.', { cause });
  } finally {
    heldBytes = NativeCodecs.wasmApi?.wasmMemory.buffer.byteLength ?? 0;
  }
}

async function codecsWith(neededBytes: number): Promise<Codecs> {
  const maxBytes = Math.max(USUAL_MAX_BYTES, neededBytes);
  const present = await loaded;
  if (present !== null && present.maxBytes >= maxBytes) return present.codecs;
  loaded = loadCodecs(maxBytes);
  return (await loaded).codecs;
}

/** Loaded for the first compressed file only: it imports dcmjs, which takes a tenth of a second. */
async function loadCodecs(maxBytes: number): Promise<LoadedCodecs> {
  const { default: codecs } = (await import('dcmjs-codecs')) as unknown as { default: Codecs };
  const wasm = await readFile(new URL('dcmjs-native-codecs.wasm', import.meta.resolve('dcmjs-codecs')));
  codecs.NativeCodecs._getWebAssemblyBytes = () => Promise.resolve(limitWasmMemory(wasm, maxBytes));
  await codecs.NativeCodecs.initializeAsync();
  return { codecs, maxBytes };
}

function decode(codecs: typeof NativeCodecs, kind: Codestream['kind'], context: Context): Context {
  switch (kind) {
    case 'jpeg':
      return codecs.decodeJpeg(context);
    case 'jpeg-ls':
      return codecs.decodeJpegLs(context);
    case 'jpeg-2000':
      return codecs.decodeJpeg2000(context);
    case 'ht-jpeg-2000':
      return codecs.decodeHtJpeg2000(context);
  }
}
