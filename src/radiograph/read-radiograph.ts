import { BonewatchError } from '../errors.ts';
import { readDicomHeader } from './dicom-header.ts';
import { toDisplayPixels, toRawPixels } from './display-pixels.ts';
import { parseDicom } from './parse-dicom.ts';
import { assertWithinLimits, describePixels } from './pixel-description.ts';
import type { Radiograph, RadiographHeader } from './radiograph.ts';
import { decodeRaster, type GreyPicture } from './raster-codec.ts';
import { jpegHasEnd, pngHasEnd } from './raster-end.ts';
import { readBytes } from './read-bytes.ts';
import { sniffFormat } from './sniff-format.ts';
import { readSamples } from './stored-pixels.ts';

export interface ReadLimits {
  readonly maxMegapixels: number;
  /** Called with the header before any pixel is decoded; what it throws ends the reading. */
  readonly onHeader?: (header: RadiographHeader) => void;
}

export interface ReadRadiograph {
  readonly radiograph: Radiograph;
  readonly timingsMs: { readonly read: number; readonly decode: number };
}

/**
 * A DICOM, JPEG or PNG file as what it shows and display-ready pixels in the original's geometry.
 * Throws a BonewatchError whose code says why it cannot be one; sizes are checked before they are allocated.
 */
export async function readRadiograph(path: string, limits: ReadLimits): Promise<ReadRadiograph> {
  const startedAt = performance.now();
  const bytes = await readBytes(path);
  const readAt = performance.now();
  const radiograph = await decodeBytes(bytes, limits);
  const timingsMs = { read: readAt - startedAt, decode: performance.now() - readAt };
  return { radiograph, timingsMs };
}

/** The pixels as they are stored, after decompression and without any LUT; throws as `readRadiograph` does. */
export async function readStoredPixels(path: string, limits: ReadLimits): Promise<GreyPicture> {
  const bytes = await readBytes(path);
  if (sniffFormat(bytes) !== 'dicom') {
    const { width, height, pixels } = await decodeBytes(bytes, limits);
    return { width, height, pixels };
  }
  const dicom = parseDicom(bytes);
  const description = describePixels(dicom.dataSet, limits, () => {});
  const stored = await readSamples(dicom, description, () => {});
  const { rows, columns } = description;
  return { width: columns, height: rows, pixels: toRawPixels(stored, rows * columns) };
}

async function decodeBytes(bytes: Buffer, limits: ReadLimits): Promise<Radiograph> {
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

async function decodeDicom(bytes: Buffer, limits: ReadLimits): Promise<Radiograph> {
  const dicom = parseDicom(bytes);
  const { dataSet } = dicom;
  const warnings = new Set(dicom.warnings);
  const warn = (warning: string): void => void warnings.add(warning);
  const stated = readDicomHeader(dataSet, dicom.transferSyntaxUid);
  limits.onHeader?.({ ...stated, warnings: [...warnings] });
  const description = describePixels(dataSet, limits, warn);
  const stored = await readSamples(dicom, description, warn);
  const pixels = toDisplayPixels(stored, { dataSet, description }, warn);
  const header = { ...stated, warnings: [...warnings] };
  return { header, width: description.columns, height: description.rows, pixels };
}

async function decodePhoto(bytes: Buffer, format: 'jpeg' | 'png', limits: ReadLimits): Promise<Radiograph> {
  const header = photoHeader(format);
  limits.onHeader?.(header);
  const hasEnd = format === 'jpeg' ? jpegHasEnd(bytes) : pngHasEnd(bytes);
  if (!hasEnd) throw new BonewatchError('RASTER_TRUNCATED', 'The file ends before its picture does.');
  const picture = await decodeRaster(bytes, ({ width, height }) => assertWithinLimits(width, height, limits));
  return { header, ...picture };
}

function photoHeader(format: 'jpeg' | 'png'): RadiographHeader {
  return {
    format,
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
    acquiredAt: null,
    warnings: [],
  };
}
