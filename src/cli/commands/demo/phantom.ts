import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  drawPhantom,
  PHANTOM_SIZES,
  type Phantom,
  type PhantomRequest,
} from '../../../phantom/draw-phantom.ts';
import { phantomCoco } from '../../../phantom/phantom-coco.ts';
import { phantomName, phantomSeries } from '../../../phantom/phantom-set.ts';
import { writePhantomDicom } from '../../../phantom/write-phantom-dicom.ts';
import { encodeJpeg, encodePng } from '../../../radiograph/pictures/raster-codec.ts';
import { EXIT, print } from '../../terminal.ts';

export type PhantomFormat = 'dicom' | 'jpeg' | 'png';

export interface PhantomsOptions {
  /** Created if it is not there; files of the same name are overwritten. */
  readonly directory: string;
  /** How many phantoms: a fractured one and its intact twin for each seed. */
  readonly count: number;
  readonly firstSeed: number;
  /** Each phantom is written once per format; the first one's files are named in `phantoms.coco.json`. */
  readonly formats: readonly PhantomFormat[];
  /** Long side of the pictures in pixels; by default the kind's own size. */
  readonly longSide?: number;
}

/** Encodes a phantom as the whole content of a file. */
export type EncodePhantom = (phantom: Phantom) => Uint8Array | Promise<Uint8Array>;

/** DICOM stores all 12 bits; JPEG and PNG the upper 8, rounded. */
export const PHANTOM_ENCODERS: Readonly<Record<PhantomFormat, EncodePhantom>> = {
  dicom: (phantom) => writePhantomDicom(phantom),
  jpeg: (phantom) => encodeJpeg({ ...phantom, pixels: toEightBits(phantom.pixels) }),
  png: (phantom) => encodePng({ ...phantom, pixels: toEightBits(phantom.pixels) }),
};

/** `phantom`: draws `count` phantoms into the folder and prints the number of files written. */
export async function phantom(
  directory: string,
  { count, firstSeed, format }: { count: number; firstSeed: number; format: readonly PhantomFormat[] },
): Promise<number> {
  const formats = [...new Set(format)];
  const files = await writePhantoms({ directory, count, firstSeed, formats });
  print(`${directory}: ${files.length} files`);
  return EXIT.ok;
}

/** Draws phantoms into a folder, then the truth about them as `phantoms.coco.json`; gives the files' names. */
export async function writePhantoms(
  { directory, count, firstSeed, formats, longSide }: PhantomsOptions,
  encode: Readonly<Record<PhantomFormat, EncodePhantom>> = PHANTOM_ENCODERS,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const truth: { fileName: string; phantom: Pick<Phantom, 'width' | 'height' | 'boxes'> }[] = [];
  const written: string[] = [];
  await mkdir(directory, { recursive: true });
  for (const request of phantomSeries(count, firstSeed)) {
    signal?.throwIfAborted();
    const drawn = drawPhantom({ ...request, ...sizeOf(request, longSide) });
    const fileNames: string[] = [];
    for (const format of formats) {
      const fileName = `${phantomName(request)}.${EXTENSIONS[format]}`;
      await writeFile(join(directory, fileName), await encode[format](drawn));
      fileNames.push(fileName);
    }
    written.push(...fileNames);
    const { width, height, boxes } = drawn;
    for (const fileName of fileNames.slice(0, 1)) truth.push({ fileName, phantom: { width, height, boxes } });
  }
  await writeFile(join(directory, 'phantoms.coco.json'), `${JSON.stringify(phantomCoco(truth), null, 1)}\n`);
  return [...written, 'phantoms.coco.json'];
}

const EXTENSIONS: Readonly<Record<PhantomFormat, string>> = { dicom: 'dcm', jpeg: 'jpg', png: 'png' };

function sizeOf({ kind }: PhantomRequest, longSide: number | undefined): { width: number; height: number } {
  const { width, height } = PHANTOM_SIZES[kind];
  const scale = longSide === undefined ? 1 : longSide / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function toEightBits(pixels: Uint16Array): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.min(255, (value + 8) >> 4));
}
