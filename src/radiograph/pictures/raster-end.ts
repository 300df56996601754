const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

/**
 * Whether a JPEG holds its end-of-image marker after its first scan. A thumbnail's marker inside an
 * application segment does not count; bytes after the end do not matter.
 */
export function jpegHasEnd(bytes: Buffer): boolean {
  let position = 2;
  while (position + 4 <= bytes.length) {
    if (bytes[position] !== 0xff) return false;
    const marker = bytes[position + 1] ?? 0;
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    const isStandalone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    const end = position + 2 + (isStandalone ? 0 : bytes.readUInt16BE(position + 2));
    // Entropy-coded data never contains the marker's two bytes, because 0xff is byte-stuffed there.
    if (marker === 0xda) return bytes.indexOf(END_OF_IMAGE, end) !== -1;
    position = end;
  }
  return false;
}

/** Whether a PNG's chunks run without a gap to a complete IEND. */
export function pngHasEnd(bytes: Buffer): boolean {
  let position = 8;
  while (position + 12 <= bytes.length) {
    const type = bytes.toString('latin1', position + 4, position + 8);
    if (type === 'IEND') return true;
    position += 12 + bytes.readUInt32BE(position);
  }
  return false;
}
