import type { Context, NativeCodecs } from 'dcmjs-codecs';
import { BonewatchError } from '../errors.ts';
import { jpeg2000Start, type Codestream } from './codestream.ts';

interface Codecs {
  readonly NativeCodecs: typeof NativeCodecs;
  readonly Context: typeof Context;
}

let ready: Promise<Codecs> | null = null;

/**
 * The samples of one compressed frame: little-endian, interleaved, 8 bits up to 8, else 16. Compiles the
 * WebAssembly codecs at the first call (about 0.2 s). Throws PIXELS_CORRUPT; after that, and after a
 * hang, the codecs' memory cannot be trusted: replace the thread.
 */
export async function decodeFrame(
  frame: Buffer,
  codestream: Codestream,
  photometricInterpretation: string,
): Promise<Buffer> {
  ready ??= loadCodecs();
  const { NativeCodecs, Context } = await ready;
  const context = new Context({
    width: codestream.width,
    height: codestream.height,
    bitsAllocated: codestream.bits > 8 ? 16 : 8,
    bitsStored: codestream.bits,
    samplesPerPixel: codestream.components,
    pixelRepresentation: codestream.isSigned ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation,
    encodedBuffer: codestream.kind.endsWith('2000') ? frame.subarray(jpeg2000Start(frame)) : frame,
  });
  try {
    const decoded = decode(NativeCodecs, codestream.kind, context).getDecodedBuffer() ?? new Uint8Array();
    return Buffer.from(decoded.buffer, decoded.byteOffset, decoded.byteLength);
  } catch (cause) {
    throw new BonewatchError('PIXELS_CORRUPT', 'The compressed pixel data does not decode.', { cause });
  }
}

/** Loaded only when a compressed file comes: it brings dcmjs along, which takes a tenth of a second. */
async function loadCodecs(): Promise<Codecs> {
  const { default: codecs } = await import('dcmjs-codecs');
  await codecs.NativeCodecs.initializeAsync();
  return codecs;
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
