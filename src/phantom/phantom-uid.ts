import { createHash } from 'node:crypto';

/** A valid DICOM UID under 2.25 (PS3.5 B.2): a version-8 UUID made from the text alone, so equal texts share it. */
export function phantomUid(text: string): string {
  const hex = createHash('sha256').update(`bonewatch phantom ${text}`).digest('hex');
  const uuid = `${hex.slice(0, 12)}8${hex.slice(13, 16)}8${hex.slice(17, 32)}`;
  return `2.25.${BigInt(`0x${uuid}`).toString()}`;
}
