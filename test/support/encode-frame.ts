import dcmjsCodecs from 'dcmjs-codecs';

const { Context, NativeCodecs } = dcmjsCodecs;

/** Lossless syntaxes that the codecs can also write. */
export const LOSSLESS_SYNTAXES = {
  rle: '1.2.840.10008.1.2.5',
  'jpeg lossless': '1.2.840.10008.1.2.4.57',
  'jpeg lossless, first-order': '1.2.840.10008.1.2.4.70',
  'jpeg-ls': '1.2.840.10008.1.2.4.80',
  'jpeg 2000': '1.2.840.10008.1.2.4.90',
  htj2k: '1.2.840.10008.1.2.4.201',
} as const;

/** As ISO/IEC 15444-1 numbers it: resolution, position, component, layer. */
const RPCL = 2;

export type LosslessSyntax = keyof typeof LOSSLESS_SYNTAXES;

/** Further ways to write a frame; baseline reproduces 8-bit pictures of plain 8 × 8 blocks exactly. */
export type FrameCoding = LosslessSyntax | 'jpeg baseline' | 'htj2k rpcl';

export interface Frame {
  readonly rows: number;
  readonly columns: number;
  readonly bitsStored: number;
  readonly stored: Uint8Array | Uint16Array;
  /** Samples are two's complement in all their bits; only JPEG 2000 and HTJ2K declare it. */
  readonly isSigned?: boolean;
}

/** One grey frame, compressed by dcmjs-codecs. */
export async function encodeFrame(syntax: FrameCoding, frame: Frame): Promise<Buffer> {
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync();
  const { stored } = frame;
  const context = new Context({
    width: frame.columns,
    height: frame.rows,
    bitsAllocated: stored.BYTES_PER_ELEMENT * 8,
    bitsStored: frame.bitsStored,
    samplesPerPixel: 1,
    pixelRepresentation: frame.isSigned ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: 'MONOCHROME2',
    decodedBuffer: new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength),
  });
  const encoded = encode(syntax, context).getEncodedBuffer();
  if (encoded === undefined) throw new Error(`${syntax} produced no frame`);
  return Buffer.from(encoded);
}

function encode(syntax: FrameCoding, context: InstanceType<typeof Context>): InstanceType<typeof Context> {
  switch (syntax) {
    case 'rle':
      return NativeCodecs.encodeRle(context);
    case 'jpeg lossless':
      return NativeCodecs.encodeJpeg(context, { lossy: false, predictor: 4 });
    case 'jpeg lossless, first-order':
      return NativeCodecs.encodeJpeg(context, { lossy: false, predictor: 1 });
    case 'jpeg-ls':
      return NativeCodecs.encodeJpegLs(context, { lossy: false });
    case 'jpeg 2000':
      return NativeCodecs.encodeJpeg2000(context, { lossy: false });
    case 'jpeg baseline':
      return NativeCodecs.encodeJpeg(context, { lossy: true, quality: 100 });
    case 'htj2k rpcl':
      return NativeCodecs.encodeHtJpeg2000(context, { lossy: false, progressionOrder: RPCL });
    case 'htj2k':
      return NativeCodecs.encodeHtJpeg2000(context, { lossy: false });
  }
}
