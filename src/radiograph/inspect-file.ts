import { createHash } from 'node:crypto';
import { isBonewatchError } from '../contract/errors.ts';
import type { FileSource } from '../contract/file-source.ts';
import { uidOf } from './dicom/dicom-header.ts';
import { parseDicom } from './dicom/parse-dicom.ts';
import type { Inspection } from '../contract/radiograph.ts';
import { jpegHasEnd, pngHasEnd } from './pictures/raster-end.ts';
import { openFile } from './open-file.ts';
import { sniffFormat } from './sniff-format.ts';

/**
 * Inspects a file without decoding pixels: format, SHA-256, and whether its end was found.
 * A file that is not a picture, or not complete yet, is a result, not an error.
 * Throws FILE_VANISHED, FILE_UNREADABLE, FILE_NOT_REGULAR, or IMAGE_TOO_LARGE beyond 512 MB.
 */
export async function inspectFile(source: FileSource): Promise<Inspection> {
  await using file = await openFile(source);
  const bytes = await file.all();
  const format = sniffFormat(bytes);
  return { format, sizeBytes: bytes.length, sha256: digestOf(bytes), ...findEnd(bytes, format) };
}

/** SHA-256 of a file's content, as in its inspection. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function findEnd(
  bytes: Buffer,
  format: Inspection['format'],
): Pick<Inspection, 'isWhole' | 'sopInstanceUid'> {
  switch (format) {
    case 'dicom':
      return inspectDicom(bytes);
    case 'jpeg':
      return { isWhole: jpegHasEnd(bytes), sopInstanceUid: null };
    case 'png':
      return { isWhole: pngHasEnd(bytes), sopInstanceUid: null };
    case 'unknown':
      return { isWhole: false, sopInstanceUid: null };
  }
}

function inspectDicom(bytes: Buffer): Pick<Inspection, 'isWhole' | 'sopInstanceUid'> {
  try {
    const { dataSet, isWhole } = parseDicom(bytes);
    return { isWhole, sopInstanceUid: uidOf(dataSet, 'x00080018') };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return { isWhole: false, sopInstanceUid: null };
  }
}
