import { BonewatchError } from '../contract/errors.ts';
import type { FileSource } from '../contract/file-source.ts';
import { readDicomHeader } from './dicom/dicom-header.ts';
import { correctionOfDeep, toDisplayLevels, toRawPixels } from './pixels/display-pixels.ts';
import { returnBuffer } from './pixels/large-buffers.ts';
import { openFile } from './open-file.ts';
import { parseDicom, parseDicomHead } from './dicom/parse-dicom.ts';
import { assertHasPixels, assertWithinLimits, describePixels } from './dicom/pixel-description.ts';
import type { IndexedPicture, Radiograph, RadiographHeader } from '../contract/radiograph.ts';
import { decodeRaster, type GreyPicture } from './pictures/raster-codec.ts';
import { jpegHasEnd, pngHasEnd } from './pictures/raster-end.ts';
import { sniffFormat } from './sniff-format.ts';
import { sameLevels, spreadPicture } from './pictures/spread-picture.ts';
import { reviewPicture } from './pixels/review-picture.ts';
import { readSamples } from './pixels/stored-pixels.ts';

/** How files are read; omitted options have the configuration's defaults. */
export interface ReadLimits {
  readonly maxMegapixels: number;
  /** Which of several windows or VOI LUTs of a DICOM file, from 0; the first where there are fewer. */
  readonly windowIndex?: number;
  /** Awaited before a large picture is decoded, so that only one is decoded at a time. */
  readonly acquireLargeImageSlot?: () => Promise<void>;
  /** Called with the header before any pixel is decoded; an error it throws ends the reading. */
  readonly onHeader?: (header: RadiographHeader) => void;
  /** Called with the content of the file before it is decoded. */
  readonly onContent?: (bytes: Buffer) => void;
}

interface ReadTimings {
  readonly read: number;
  readonly decode: number;
}

export interface ReadRadiograph {
  readonly radiograph: Radiograph;
  readonly timingsMs: ReadTimings;
}

/**
 * A radiograph whose pixels are not expanded yet; enough for a model, which shrinks them anyway. Disposing it returns
 * its memory for reuse by the next radiograph, so nothing may reference the picture afterwards.
 */
export interface ReadPicture extends Disposable {
  readonly header: RadiographHeader;
  readonly picture: IndexedPicture;
  readonly timingsMs: ReadTimings;
}

/** JPEG 2000 takes a dozen bytes for each pixel of a picture while it is decoded. */
const LARGE_PIXELS = 16e6;
/** The pixels of nearly all files begin before this; a header with a preview may be longer. */
const HEAD_BYTES = 256 * 1024;

/**
 * Reads a DICOM, JPEG or PNG file: header facts and display pixels in the original's geometry.
 * Throws a BonewatchError whose code is the reason; sizes are checked before memory is allocated.
 */
export async function readRadiograph(source: FileSource, limits: ReadLimits): Promise<ReadRadiograph> {
  using read = await readPicture(source, limits);
  const { header, picture, timingsMs } = read;
  const { width, height } = picture;
  return { radiograph: { header, width, height, pixels: spreadPicture(picture) }, timingsMs };
}

/** As `readRadiograph`, without expanding the display pixels. */
export async function readPicture(source: FileSource, limits: ReadLimits): Promise<ReadPicture> {
  const startedAt = performance.now();
  await using file = await openFile(source);
  const { onHeader, ...others } = limits;
  const isAnnounced = onHeader !== undefined && announceHead(await file.head(HEAD_BYTES), onHeader);
  const bytes = await file.all();
  limits.onContent?.(bytes);
  const readAt = performance.now();
  const decoded = await decodeBytes(bytes, isAnnounced ? others : limits);
  return {
    ...decoded,
    timingsMs: { read: readAt - startedAt, decode: performance.now() - readAt },
    [Symbol.dispose]: () => {
      returnBuffer(bytes);
      returnBuffer(decoded.picture.samples);
    },
  };
}

/** The stored pixels after decompression, without any LUT; throws as `readRadiograph` does. */
export async function readStoredPixels(source: FileSource, limits: ReadLimits): Promise<GreyPicture> {
  await using file = await openFile(source);
  const bytes = await file.all();
  if (sniffFormat(bytes) !== 'dicom') {
    const { picture } = await decodeBytes(bytes, limits);
    return { width: picture.width, height: picture.height, pixels: spreadPicture(picture) };
  }
  const dicom = parseDicom(bytes, limits);
  assertHasPixels(dicom.dataSet);
  const description = describePixels(dicom.dataSet, limits, () => {});
  const stored = await readSamples(dicom, description, () => {});
  const { rows, columns } = description;
  return { width: columns, height: rows, pixels: toRawPixels(stored, rows * columns) };
}

/** Rejects an unwanted file by its header, without reading its pixels, which are nearly all of it. */
function announceHead(head: Buffer, onHeader: (header: RadiographHeader) => void): boolean {
  const dicom = sniffFormat(head) === 'dicom' ? parseDicomHead(head) : null;
  if (dicom === null) return false;
  const { dataSet, transferSyntaxUid, warnings } = dicom;
  onHeader({ ...readDicomHeader(dataSet, transferSyntaxUid), warnings });
  return true;
}

type Decoded = Pick<ReadPicture, 'header' | 'picture'>;

async function decodeBytes(bytes: Buffer, limits: ReadLimits): Promise<Decoded> {
  if (bytes.length === 0) throw new BonewatchError('FILE_EMPTY', 'The file holds no bytes.');
  const format = sniffFormat(bytes);
  switch (format) {
    case 'dicom':
      return decodeDicom(bytes, limits);
    case 'jpeg':
    case 'png':
      return decodePhoto(bytes, format, limits);
    case 'unknown':
      throw new BonewatchError('NOT_AN_IMAGE', 'The content is neither DICOM, JPEG nor PNG.');
  }
}

async function decodeDicom(bytes: Buffer, limits: ReadLimits): Promise<Decoded> {
  const dicom = parseDicom(bytes, limits);
  const { dataSet } = dicom;
  const warnings = new Set(dicom.warnings);
  const warn = (warning: string): void => void warnings.add(warning);
  const stated = readDicomHeader(dataSet, dicom.transferSyntaxUid);
  assertHasPixels(dataSet);
  limits.onHeader?.({ ...stated, warnings: [...warnings] });
  const description = describePixels(dataSet, limits, warn);
  if (description.rows * description.columns > LARGE_PIXELS) await limits.acquireLargeImageSlot?.();
  const stored = await readSamples(dicom, description, warn);
  const options = { dataSet, description, windowIndex: limits.windowIndex ?? 0 };
  const { samples, levels, correction } = toDisplayLevels(stored, options, warn);
  const shown = { width: description.columns, height: description.rows, samples, levels };
  const { picture, isUncertain } = reviewPicture(shown, correction, warn);
  return { header: { ...stated, isPictureUncertain: isUncertain, warnings: [...warnings] }, picture };
}

async function decodePhoto(bytes: Buffer, format: 'jpeg' | 'png', limits: ReadLimits): Promise<Decoded> {
  const header = photoHeader(format);
  limits.onHeader?.(header);
  const hasEnd = format === 'jpeg' ? jpegHasEnd(bytes) : pngHasEnd(bytes);
  if (!hasEnd) throw new BonewatchError('RASTER_TRUNCATED', 'The file ends before its picture does.');
  const { width, height, pixels, isDeep } = await decodeRaster(bytes, (size) =>
    assertWithinLimits(size.width, size.height, limits),
  );
  const warnings: string[] = [];
  const { picture, isUncertain } = reviewPicture(
    { width, height, samples: pixels, levels: sameLevels() },
    isDeep ? correctionOfDeep(pixels, width) : null,
    (warning) => void warnings.push(warning),
  );
  return { header: { ...header, isPictureUncertain: isUncertain, warnings }, picture };
}

function photoHeader(format: 'jpeg' | 'png'): RadiographHeader {
  return {
    format,
    kind: 'radiograph',
    modality: null,
    bodyPartExamined: null,
    bodyPart: null,
    laterality: null,
    viewPosition: null,
    photometricInterpretation: null,
    transferSyntaxUid: null,
    sopInstanceUid: null,
    studyInstanceUid: null,
    stationName: null,
    department: null,
    currentPatientLocation: null,
    patientAgeYears: null,
    hasBurnedInText: false,
    acquiredAt: null,
    warnings: [],
  };
}
