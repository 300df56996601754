import { deflateRawSync } from 'node:zlib';

export type ElementValue = string | readonly number[] | Buffer | readonly (readonly DicomElement[])[];

/** Tag as eight hexadecimal digits; numbers for US, SS, UL; arrays of elements for the items of an SQ. */
export type DicomElement = readonly [tag: string, vr: string, value: ElementValue];

export interface DicomPicture {
  readonly rows: number;
  readonly columns: number;
  /** Stored values, negative ones where signed; samples interleaved. */
  readonly stored: ArrayLike<number>;
  readonly bitsAllocated?: 8 | 16;
  readonly bitsStored?: number;
  readonly highBit?: number;
  readonly isSigned?: boolean;
  readonly photometricInterpretation?: string;
  readonly samplesPerPixel?: number;
  /** Compressed: the frame's fragments, instead of `stored` written out. */
  readonly fragments?: readonly Buffer[];
  readonly transferSyntaxUid?: string;
  /** `none`: a bare data set; `meta`: file meta information without preamble. */
  readonly start?: 'preamble' | 'meta' | 'none';
  /** Added to the default elements, or replacing them. */
  readonly elements?: readonly DicomElement[];
  /** Tags to leave out. */
  readonly without?: readonly string[];
}

export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';

const LONG_VRS = ['OB', 'OD', 'OF', 'OW', 'SQ', 'UN', 'UT'];

export interface Encoding {
  readonly isImplicit: boolean;
  readonly isBigEndian: boolean;
}

/** A DX image as a file, in any uncompressed or (given fragments) compressed transfer syntax. */
export function writeDicom(picture: DicomPicture): Buffer {
  const { transferSyntaxUid = EXPLICIT, start = 'preamble', fragments } = picture;
  const encoding = {
    isImplicit: transferSyntaxUid === IMPLICIT,
    isBigEndian: transferSyntaxUid === BIG_ENDIAN,
  };
  const encoded = imageElements(picture).map((element) => writeElement(element, encoding));
  const body = Buffer.concat([...encoded, fragments ? writeFragments(fragments) : Buffer.alloc(0)]);
  const dataSet = transferSyntaxUid === DEFLATED ? deflateRawSync(body) : body;
  if (start === 'none') return dataSet;
  const meta = writeMeta(transferSyntaxUid);
  const preamble = start === 'preamble' ? [Buffer.alloc(128), Buffer.from('DICM')] : [];
  return Buffer.concat([...preamble, meta, dataSet]);
}

function imageElements(picture: DicomPicture): DicomElement[] {
  const { rows, columns, bitsAllocated = 16, samplesPerPixel = 1, isSigned = false } = picture;
  const bitsStored = picture.bitsStored ?? bitsAllocated;
  const defaults: DicomElement[] = [
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    ['00080018', 'UI', '1.2.3.4.5'],
    ['00080060', 'CS', 'DX'],
    ['00100010', 'PN', 'Test^Patient'],
    ['0020000d', 'UI', '1.2.3.4'],
    ['00280002', 'US', [samplesPerPixel]],
    ['00280004', 'CS', picture.photometricInterpretation ?? 'MONOCHROME2'],
    ['00280010', 'US', [rows]],
    ['00280011', 'US', [columns]],
    ['00280100', 'US', [bitsAllocated]],
    ['00280101', 'US', [bitsStored]],
    ['00280102', 'US', [picture.highBit ?? bitsStored - 1]],
    ['00280103', 'US', [isSigned ? 1 : 0]],
  ];
  const isBigEndian = picture.transferSyntaxUid === BIG_ENDIAN;
  if (!picture.fragments) {
    defaults.push(['7fe00010', bitsAllocated === 8 ? 'OB' : 'OW', pixelBytes(picture, isBigEndian)]);
  }
  const added = picture.elements ?? [];
  const replaced = new Set([...added.map(([tag]) => tag), ...(picture.without ?? [])]);
  return [...defaults.filter(([tag]) => !replaced.has(tag)), ...added].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Bits above the stored ones are 0, as the standard requires since overlays moved out of them. */
function pixelBytes(picture: DicomPicture, isBigEndian: boolean): Buffer {
  const { stored, bitsAllocated = 16 } = picture;
  const bitsStored = picture.bitsStored ?? bitsAllocated;
  const shift = (picture.highBit ?? bitsStored - 1) + 1 - bitsStored;
  const bytes = Buffer.alloc(Math.ceil((stored.length * bitsAllocated) / 16) * 2);
  for (let index = 0; index < stored.length; index += 1) {
    const pattern = (((stored[index] ?? 0) & (2 ** bitsStored - 1)) << shift) >>> 0;
    if (bitsAllocated === 8) bytes.writeUInt8(pattern, index);
    else if (isBigEndian) bytes.writeUInt16BE(pattern, index * 2);
    else bytes.writeUInt16LE(pattern, index * 2);
  }
  return bytes;
}

function writeMeta(transferSyntaxUid: string): Buffer {
  const little = { isImplicit: false, isBigEndian: false };
  const rest = Buffer.concat([
    writeElement(['00020001', 'OB', Buffer.from([0, 1])], little),
    writeElement(['00020010', 'UI', transferSyntaxUid], little),
  ]);
  return Buffer.concat([writeElement(['00020000', 'UL', [rest.length]], little), rest]);
}

function writeFragments(fragments: readonly Buffer[]): Buffer {
  const little = { isImplicit: false, isBigEndian: false };
  const items = [Buffer.alloc(0), ...fragments].map((fragment) => {
    const even = fragment.length % 2 ? Buffer.concat([fragment, Buffer.alloc(1)]) : fragment;
    return Buffer.concat([writeTag('fffee000', little), writeUint32(even.length, little), even]);
  });
  const start = Buffer.concat([
    writeTag('7fe00010', little),
    Buffer.from('OB\0\0\xff\xff\xff\xff', 'latin1'),
  ]);
  const end = Buffer.concat([writeTag('fffee0dd', little), writeUint32(0, little)]);
  return Buffer.concat([start, ...items, end]);
}

/** Elements one after another, as in a data set or an item. */
export function writeElements(elements: readonly DicomElement[], encoding: Encoding): Buffer {
  return Buffer.concat(elements.map((element) => writeElement(element, encoding)));
}

function writeElement([tag, vr, value]: DicomElement, encoding: Encoding): Buffer {
  const bytes = writeValue(vr, value, encoding);
  const head = writeTag(tag, encoding);
  if (encoding.isImplicit) return Buffer.concat([head, writeUint32(bytes.length, encoding), bytes]);
  if (LONG_VRS.includes(vr)) {
    return Buffer.concat([head, Buffer.from(`${vr}\0\0`), writeUint32(bytes.length, encoding), bytes]);
  }
  return Buffer.concat([head, Buffer.from(vr), writeUint16(bytes.length, encoding), bytes]);
}

function writeValue(vr: string, value: ElementValue, encoding: Encoding): Buffer {
  if (Buffer.isBuffer(value)) return value.length % 2 ? Buffer.concat([value, Buffer.alloc(1)]) : value;
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'utf8');
    return text.length % 2 ? Buffer.concat([text, Buffer.from(vr === 'UI' ? '\0' : ' ')]) : text;
  }
  return Buffer.concat(
    value.map((entry) => {
      if (typeof entry === 'number')
        return vr === 'UL' ? writeUint32(entry, encoding) : writeUint16(entry, encoding);
      const item = Buffer.concat(entry.map((element) => writeElement(element, encoding)));
      return Buffer.concat([writeTag('fffee000', encoding), writeUint32(item.length, encoding), item]);
    }),
  );
}

function writeTag(tag: string, encoding: Encoding): Buffer {
  const halves = [tag.slice(0, 4), tag.slice(4)].map((half) =>
    writeUint16(Number.parseInt(half, 16), encoding),
  );
  return Buffer.concat(halves);
}

function writeUint16(value: number, { isBigEndian }: Encoding): Buffer {
  const bytes = Buffer.alloc(2);
  if (isBigEndian) bytes.writeUInt16BE(value & 0xffff);
  else bytes.writeUInt16LE(value & 0xffff);
  return bytes;
}

function writeUint32(value: number, { isBigEndian }: Encoding): Buffer {
  const bytes = Buffer.alloc(4);
  if (isBigEndian) bytes.writeUInt32BE(value >>> 0);
  else bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
