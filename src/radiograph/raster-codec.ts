import sharp, { type Sharp } from 'sharp';

/** A grey picture without geometry or meaning: row-major, 0 is black. */
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

/** Without grey16, sharp widens 16-bit grey to three channels of zeros. */
function asGrey({ width, height, pixels }: GreyPicture): Sharp {
  const image = sharp(pixels, { raw: { width, height, channels: 1 } });
  return image.toColourspace(pixels instanceof Uint16Array ? 'grey16' : 'b-w');
}
