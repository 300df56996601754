import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet, type Element } from 'dicom-parser';
import { BonewatchError } from '../../contract/errors.ts';
import { startsExplicit } from '../sniff-format.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const PIXEL_DATA = 'x7fe00010';
const FLOAT_PIXELS = ['x7fe00008', 'x7fe00009'];
/** CR, DX, mammography and intra-oral image storage. */
const RADIOGRAPH_CLASS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.1(\.\d+)*$/;
const UNDEFINED_LENGTH = 0xffffffff;
/** Maximum size of everything but the pixels in a deflated data set. */
const MAX_INFLATED_HEADER_BYTES = 32 * 1024 * 1024;
/** An inspection has no configured limit; it must not report a file as truncated that can be read. */
const DEFAULT_MAX_MEGAPIXELS = 64;
const DIRECTORY_RECORDS = 'x00041220';

type Encoding = 'implicit-le' | 'explicit-le' | 'explicit-be';

export interface ParsedDicom {
  readonly dataSet: DataSet;
  /** From the file meta information; null where it is absent. */
  readonly transferSyntaxUid: string | null;
  readonly isBigEndian: boolean;
  /** Whether the end of the last element was found; the pixels may be complete without it. */
  readonly isWhole: boolean;
  readonly warnings: readonly string[];
}

/** The package's types declare DataSet as an interface only. */
const { DataSet: DataSetClass } = dicomParser as unknown as {
  DataSet: new (parser: dicomParser.ByteArrayParser, bytes: Buffer, elements: DataSet['elements']) => DataSet;
};

/**
 * Parses the elements of a DICOM file, with or without preamble and file meta information. The encoding found
 * in the data set overrides a transfer syntax that states another. Values are views on `bytes`.
 * Throws DICOM_TRUNCATED, DICOM_INVALID, or IMAGE_TOO_LARGE for a deflated data set without bounds.
 */
export function parseDicom(
  bytes: Buffer,
  { maxMegapixels }: { readonly maxMegapixels: number } = { maxMegapixels: DEFAULT_MAX_MEGAPIXELS },
): ParsedDicom {
  const { transferSyntaxUid, start } = readFileMeta(bytes);
  const stored = bytes.subarray(start);
  const body = transferSyntaxUid === DEFLATED ? inflate(stored, maxMegapixels) : stored;
  const warnings: string[] = [];
  const encoding = foundEncoding(body, transferSyntaxUid, warnings);
  const dataSet = readElements(body, encoding, warnings);
  const isWhole = dataSet.elements[PIXEL_DATA]?.length !== UNDEFINED_LENGTH;
  if (!isWhole) warnings.push('The pixel data has no end mark.');
  return { dataSet, transferSyntaxUid, isBigEndian: encoding === 'explicit-be', isWhole, warnings };
}

/**
 * Parses the elements before the pixels from the first bytes of a file: the same elements and warnings that
 * `parseDicom` finds there. Null where these bytes do not reach the pixels, or only the whole file can decide.
 */
export function parseDicomHead(
  head: Buffer,
): Pick<ParsedDicom, 'dataSet' | 'transferSyntaxUid' | 'warnings'> | null {
  try {
    const { transferSyntaxUid, start } = readFileMeta(head);
    if (transferSyntaxUid === DEFLATED) return null;
    const body = head.subarray(start);
    const warnings: string[] = [];
    const encoding = foundEncoding(body, transferSyntaxUid, warnings);
    const dataSet = attempt(() => {
      const empty = emptyDataSet(body, encoding);
      parseUntil(empty.dataSet, empty.stream, { encoding, untilTag: PIXEL_DATA });
      return empty.dataSet;
    });
    return PIXEL_DATA in dataSet.elements ? { dataSet, transferSyntaxUid, warnings } : null;
  } catch (error) {
    if (!(error instanceof BonewatchError)) throw error;
    return null;
  }
}

function foundEncoding(body: Buffer, transferSyntaxUid: string | null, warnings: string[]): Encoding {
  const encoding = encodingOf(body, transferSyntaxUid);
  if (transferSyntaxUid !== null && encoding !== statedEncoding(transferSyntaxUid)) {
    warnings.push('The header states another encoding than its elements have; they were read as they are.');
  }
  return encoding;
}

function readFileMeta(bytes: Buffer): { transferSyntaxUid: string | null; start: number } {
  // A bare data set may contain the letters DICM by chance at the position of the prefix.
  const isBare = bytes.length >= 8 && bytes.readUInt16LE(0) === 0x0008 && startsExplicit(bytes);
  if (isBare || bytes.toString('latin1', 128, 132) !== 'DICM') {
    if (bytes.length < 8 || bytes.readUInt16LE(0) !== 0x0002) return { transferSyntaxUid: null, start: 0 };
    const { transferSyntaxUid, start } = readFileMeta(
      Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), bytes]),
    );
    return { transferSyntaxUid, start: start - 132 };
  }
  const meta = attempt(() => dicomParser.readPart10Header(bytes));
  const ends = Object.values(meta.elements).map((element) => element.dataOffset + element.length);
  const uid =
    attempt(() => meta.string('x00020010'))
      ?.replace(/\0+$/, '')
      .trim() ?? '';
  return { transferSyntaxUid: uid === '' ? null : uid, start: Math.max(132, ...ends) };
}

function inflate(deflated: Buffer, maxMegapixels: number): Buffer {
  const maxOutputLength = Math.ceil(maxMegapixels * 2e6) + MAX_INFLATED_HEADER_BYTES;
  try {
    return inflateRawSync(deflated, { maxOutputLength });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      const limit = `${Math.round(maxOutputLength / 1e6)} MB`;
      throw new BonewatchError('IMAGE_TOO_LARGE', `The deflated data set unpacks to more than ${limit}.`, {
        cause,
      });
    }
    if (code === 'Z_BUF_ERROR') {
      throw new BonewatchError('DICOM_TRUNCATED', 'The deflated data set ends too early.', { cause });
    }
    throw new BonewatchError('DICOM_INVALID', 'The deflated data set cannot be unpacked.', { cause });
  }
}

function statedEncoding(transferSyntaxUid: string): Encoding {
  if (transferSyntaxUid === IMPLICIT_LITTLE_ENDIAN) return 'implicit-le';
  return transferSyntaxUid === EXPLICIT_BIG_ENDIAN ? 'explicit-be' : 'explicit-le';
}

function encodingOf(body: Buffer, transferSyntaxUid: string | null): Encoding {
  if (body.length < 8) return statedEncoding(transferSyntaxUid ?? IMPLICIT_LITTLE_ENDIAN);
  if (!startsExplicit(body)) return 'implicit-le';
  return body[0] === 0 && body[1] !== 0 ? 'explicit-be' : 'explicit-le';
}

function readElements(body: Buffer, encoding: Encoding, warnings: string[]): DataSet {
  if (body.length === 0) throw new BonewatchError('DICOM_TRUNCATED', 'The file holds no elements.');
  const { dataSet, stream } = emptyDataSet(body, encoding);
  try {
    attempt(() => {
      parseUntil(dataSet, stream, { encoding });
      assertComplete(dataSet);
    });
  } catch (error) {
    if (!hasAllPixels(dataSet)) throw error;
    warnings.push('What follows the pixel data could not be read and was left out.');
  }
  return dataSet;
}

function emptyDataSet(
  body: Buffer,
  encoding: Encoding,
): { dataSet: DataSet; stream: dicomParser.ByteStream } {
  const parser =
    encoding === 'explicit-be'
      ? dicomParser.bigEndianByteArrayParser
      : dicomParser.littleEndianByteArrayParser;
  const stream = new dicomParser.ByteStream(parser, body, 0);
  const dataSet = new DataSetClass(parser, body, {});
  dataSet.warnings = stream.warnings;
  return { dataSet, stream };
}

function parseUntil(
  dataSet: DataSet,
  stream: dicomParser.ByteStream,
  { encoding, untilTag }: { readonly encoding: Encoding; readonly untilTag?: string },
): void {
  const { length } = dataSet.byteArray;
  // Without a VR the parser mistakes pixels that begin like an item tag for a sequence.
  const vrCallback = (tag: string): string | undefined => (tag === PIXEL_DATA ? 'OW' : undefined);
  const options: object = { vrCallback, untilTag };
  // The declared type asks for `untilTag`, which is optional.
  if (encoding === 'implicit-le') {
    dicomParser.parseDicomDataSetImplicit(dataSet, stream, length, options as { untilTag: string });
  } else {
    dicomParser.parseDicomDataSetExplicit(dataSet, stream, length, options as { untilTag: string });
  }
}

/** The parser does not report running past the end of an implicit data set or of unfinished fragments. */
function assertComplete(dataSet: DataSet): void {
  const pixels = dataSet.elements[PIXEL_DATA];
  const isOverrun = Object.values(dataSet.elements).some(
    (element) => endOf(element) > dataSet.byteArray.length,
  );
  const isUnfinished = dataSet.warnings.some((warning) => /^eof encountered/.test(warning));
  const isCutBeforePixels = pixels === undefined && shouldHavePixels(dataSet);
  if (isOverrun || isUnfinished || isCutBeforePixels || Object.keys(dataSet.elements).length === 0) {
    throw new BonewatchError('DICOM_TRUNCATED', 'The file ends before its last element does.');
  }
}

/** A writer that stops between two elements leaves a data set that parses to its end. */
function shouldHavePixels(dataSet: DataSet): boolean {
  if ([...FLOAT_PIXELS, DIRECTORY_RECORDS].some((tag) => tag in dataSet.elements)) return false;
  const sopClassUid = dataSet.string('x00080016')?.replace(/\0+$/, '');
  return 'x00280010' in dataSet.elements || sopClassUid === undefined || RADIOGRAPH_CLASS.test(sopClassUid);
}

function hasAllPixels(dataSet: DataSet): boolean {
  const pixels = dataSet.elements[PIXEL_DATA];
  if (pixels === undefined || pixels.length === UNDEFINED_LENGTH) return false;
  return endOf(pixels) <= dataSet.byteArray.length;
}

/** Where the last fragment of an element without an end mark ends. */
function endOf({ dataOffset, length, fragments }: Element): number {
  const last = length === UNDEFINED_LENGTH ? fragments?.at(-1) : undefined;
  return last ? last.position + last.length : dataOffset + length;
}

/** The parser throws strings, and TypeErrors and RangeErrors on malformed input; all become BonewatchErrors. */
function attempt<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof BonewatchError) throw cause;
    if (/past (the )?end|overrun/.test(String(cause))) {
      throw new BonewatchError('DICOM_TRUNCATED', 'The file ends before its last element does.', { cause });
    }
    throw new BonewatchError('DICOM_INVALID', 'The elements of the file cannot be read.', { cause });
  }
}
