import sharp, { type Sharp } from 'sharp';
import { BonewatchError } from '../../contract/errors.ts';
import { lumaOf } from '../pixels/luma.ts';

/** A plain grey picture: row-major, 0 is black. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  /** 8-bit values for a `Uint8Array`, 0…65535 for a `Uint16Array`; width × height of them. */
  readonly pixels: Uint8Array | Uint16Array;
}

/** A grey PNG of the picture's own depth (8 or 16 bits); lossless. */
export async function encodePng(picture: GreyPicture): Promise<Buffer> {
  return asGrey(picture).png({ compressionLevel: 6 }).toBuffer();
}

/** A baseline grey JPEG of an 8-bit picture. */
export async function encodeJpeg(picture: GreyPicture, quality = 92): Promise<Buffer> {
  return asGrey(picture).jpeg({ quality }).toBuffer();
}

/** Without grey16, sharp converts 16-bit grey to three channels of zeros. */
function asGrey({ width, height, pixels }: GreyPicture): Sharp {
  const image = sharp(pixels, { raw: { width, height, channels: 1 } });
  return image.toColourspace(pixels instanceof Uint16Array ? 'grey16' : 'b-w');
}

export interface DecodedRaster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint16Array;
  /** Whether the file has 16 bits for each sample. */
  readonly isDeep: boolean;
}

/**
 * Decodes a JPEG or PNG to 16-bit grey: EXIF orientation applied, colour as its luma, transparency over black.
 * 16-bit grey is bit-exact; colour profiles are ignored, as in the training data. `onSize` may
 * throw before anything is decoded. Throws RASTER_TRUNCATED or RASTER_INVALID.
 */
export async function decodeRaster(
  bytes: Buffer,
  onSize: (size: { readonly width: number; readonly height: number }) => void,
): Promise<DecodedRaster> {
  try {
    const source = sharp(bytes, { failOn: 'warning', ignoreIcc: true, limitInputPixels: false });
    const { width, height, depth, space, hasAlpha } = await source.metadata();
    onSize({ width, height });
    const isDeep = depth === 'ushort';
    const isGrey = space === 'b-w' || space === 'grey16';
    const opaque = hasAlpha ? source.flatten({ background: '#000000' }) : source;
    const image = opaque
      .autoOrient()
      .toColourspace(isGrey ? (isDeep ? 'grey16' : 'b-w') : isDeep ? 'rgb16' : 'srgb');
    const { data, info } = await image
      .raw({ depth: isDeep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const samples = isDeep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
    return { width: info.width, height: info.height, pixels: toGrey16(samples, info), isDeep };
  } catch (cause) {
    if (cause instanceof BonewatchError) throw cause;
    const isCut = /premature|truncat|unexpected end|end of (input|file)/i.test(String(cause));
    if (isCut)
      throw new BonewatchError('RASTER_TRUNCATED', 'The file ends before its picture does.', { cause });
    throw new BonewatchError('RASTER_INVALID', 'The picture cannot be decoded.', { cause });
  }
}

function toGrey16(
  samples: Uint8Array | Uint16Array,
  size: { width: number; height: number; channels: number },
): Uint16Array {
  const pixels = size.width * size.height;
  const isDeep = samples instanceof Uint16Array;
  if (size.channels === 3) return lumaOf(samples, { pixels, isPlanar: false, max: isDeep ? 65535 : 255 });
  // Copied, because sharp's own memory cannot be transferred to another thread.
  if (isDeep) return samples.slice();
  const grey = new Uint16Array(pixels);
  for (let index = 0; index < pixels; index += 1) grey[index] = (samples[index] ?? 0) * 257;
  return grey;
}

/** The EXIF orientation of a JPEG or PNG (1…8; 1: upright); null where it cannot be read. */
export async function exifOrientation(bytes: Buffer): Promise<number | null> {
  return sharp(bytes)
    .metadata()
    .then(
      ({ orientation }) => orientation ?? 1,
      () => null,
    );
}

/** A colour JPEG of an 8-bit picture with an SVG of the same size drawn over it, no side longer than `maxSide`. */
export async function encodePreview(picture: GreyPicture, svg: string, maxSide: number): Promise<Buffer> {
  const drawn = await encodeWithOverlay(picture, svg);
  return sharp(drawn)
    .resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
}

/** A colour JPEG of an 8-bit picture stretched to a size, with an SVG of that size drawn over it; no metadata. */
export async function encodeMarked(
  { width, height, pixels }: GreyPicture,
  svg: string,
  size: { readonly width: number; readonly height: number },
): Promise<Buffer> {
  return (
    sharp(pixels, { raw: { width, height, channels: 1 } })
      .resize(size.width, size.height, { fit: 'fill' })
      .toColourspace('srgb')
      .composite([{ input: Buffer.from(svg) }])
      // Chroma subsampling would wash out thin red lines.
      .jpeg({ quality: 80, chromaSubsampling: '4:4:4', mozjpeg: true })
      .toBuffer()
  );
}

/** A colour PNG of an 8-bit picture with an SVG of the same size drawn over it. */
export async function encodeWithOverlay(picture: GreyPicture, svg: string): Promise<Buffer> {
  const { width, height, pixels } = picture;
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('srgb')
    .composite([{ input: Buffer.from(svg) }])
    .png({ compressionLevel: 6 })
    .toBuffer();
}
