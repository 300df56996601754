const VALUE_REPRESENTATIONS = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  ),
);

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A file's format by its content; names and extensions are ignored. */
export function sniffFormat(bytes: Buffer): 'dicom' | 'jpeg' | 'png' | 'unknown' {
  if (bytes.length >= 132 && bytes.toString('latin1', 128, 132) === 'DICM') return 'dicom';
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return 'jpeg';
  if (bytes.length >= 8 && bytes.subarray(0, 8).equals(PNG_SIGNATURE)) return 'png';
  return startsLikeDataSet(bytes) ? 'dicom' : 'unknown';
}

/** Whether the element at the start of the bytes is written with its value representation. */
export function startsExplicit(bytes: Buffer): boolean {
  return bytes.length >= 8 && VALUE_REPRESENTATIONS.has(bytes.toString('latin1', 4, 6));
}

/** DICOM without preamble: old modalities write the bare data set, which starts in group 0002 or 0008. */
function startsLikeDataSet(bytes: Buffer): boolean {
  if (bytes.length < 16) return false;
  const isBigEndian = bytes[0] === 0;
  const group = isBigEndian ? bytes.readUInt16BE(0) : bytes.readUInt16LE(0);
  const element = isBigEndian ? bytes.readUInt16BE(2) : bytes.readUInt16LE(2);
  if ((group !== 0x0002 && group !== 0x0008) || element > 0x0100) return false;
  return startsExplicit(bytes) || (!isBigEndian && bytes.readUInt32LE(4) <= 256);
}
