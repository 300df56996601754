/** The properties stated in a compressed frame, independent of the DICOM header. */
export interface Codestream {
  readonly kind: 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'ht-jpeg-2000';
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bits: number;
  /** JPEG 2000 only; the other formats have no signed samples. */
  readonly isSigned: boolean | null;
  /** Whether three components are YCbCr (true) or RGB (false) after decoding; null where only the header states it. */
  readonly isYbr: boolean | null;
  /** Whether the stream is complete. */
  readonly isWhole: boolean;
}

/** Reads the header of a JPEG, JPEG-LS or JPEG 2000 stream; null for anything else. */
export function readCodestream(bytes: Buffer): Codestream | null {
  try {
    if (bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8) return readJpeg(bytes);
    const start = jpeg2000Start(bytes);
    return start === -1 ? null : readJpeg2000(bytes.subarray(start));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Where the JPEG 2000 codestream begins: at 0, or after the boxes of a JP2 file; -1 without one. */
export function jpeg2000Start(bytes: Buffer): number {
  const isJp2 = bytes.length > 12 && bytes.readUInt32BE(4) === 0x6a502020;
  if (isJp2) return bytes.subarray(0, 4096).indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
  return bytes.length > 4 && bytes.readUInt32BE(0) === 0xff4fff51 ? 0 : -1;
}

function readJpeg(bytes: Buffer): Codestream | null {
  let frame: Omit<Codestream, 'isYbr' | 'isWhole'> | null = null;
  let isYbr: boolean | null = null;
  let position = 2;
  for (;;) {
    const marker = bytes.readUInt16BE(position);
    if (marker === 0xffff) {
      position += 1;
      continue;
    }
    if (marker < 0xff01) return null;
    const body = position + 4;
    if (isStartOfFrame(marker)) frame = readFrame(bytes, marker, body);
    else if (marker === 0xffe0 && bytes.toString('latin1', body, body + 4) === 'JFIF') isYbr ??= true;
    else if (marker === 0xffee && bytes.toString('latin1', body, body + 5) === 'Adobe')
      isYbr = bytes[body + 11] === 1;
    position += 2 + bytes.readUInt16BE(position + 2);
    if (marker === 0xffda) break;
  }
  if (frame === null) return null;
  // Searched from the end, since a forward search through ten megapixels is slow.
  return { ...frame, isYbr, isWhole: bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) >= position };
}

/** SOF0…SOF15 and JPEG-LS's SOF55, without DHT, JPG and DAC, which share the range. */
function isStartOfFrame(marker: number): boolean {
  const isInRange = marker >= 0xffc0 && marker <= 0xffcf;
  return marker === 0xfff7 || (isInRange && ![0xffc4, 0xffc8, 0xffcc].includes(marker));
}

function readFrame(bytes: Buffer, marker: number, body: number): Omit<Codestream, 'isYbr' | 'isWhole'> {
  return {
    kind: marker === 0xfff7 ? 'jpeg-ls' : 'jpeg',
    bits: bytes.readUInt8(body),
    height: bytes.readUInt16BE(body + 1),
    width: bytes.readUInt16BE(body + 3),
    components: bytes.readUInt8(body + 5),
    isSigned: null,
  };
}

function readJpeg2000(bytes: Buffer): Codestream | null {
  const components = bytes.readUInt16BE(40);
  const depth = bytes.readUInt8(42);
  let isHighThroughput = false;
  let isMixed = false;
  let position = 4 + bytes.readUInt16BE(4);
  while (bytes.readUInt16BE(position) !== 0xff90) {
    const marker = bytes.readUInt16BE(position);
    if (marker < 0xff01) return null;
    if (marker === 0xff50) isHighThroughput = true;
    if (marker === 0xff52) isMixed = bytes.readUInt8(position + 8) === 1;
    position += 2 + bytes.readUInt16BE(position + 2);
  }
  return {
    kind: isHighThroughput ? 'ht-jpeg-2000' : 'jpeg-2000',
    width: bytes.readUInt32BE(8) - bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(12) - bytes.readUInt32BE(20),
    components,
    bits: (depth & 0x7f) + 1,
    isSigned: depth >= 0x80,
    isYbr: isMixed ? false : null,
    isWhole: tilePartsFit(bytes, position),
  };
}

/** End-of-codestream markers are often missing; tile-parts that state a length beyond the end are cut. */
function tilePartsFit(bytes: Buffer, firstTilePart: number): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (end >= 2 && bytes.readUInt16BE(end - 2) === 0xffd9) return true;
  let position = firstTilePart;
  while (position + 12 <= bytes.length && bytes.readUInt16BE(position) === 0xff90) {
    const length = bytes.readUInt32BE(position + 6);
    if (length === 0) return true;
    position += length;
  }
  return position <= bytes.length;
}
