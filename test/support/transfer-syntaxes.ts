import { readFile } from 'node:fs/promises';
import { encodeFrame, type FrameCoding } from './encode-frame.ts';
import { BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT } from './write-dicom.ts';

/** A transfer syntax of CR and DX images, and how the tests write it; null: uncompressed, or by DCMTK. */
export interface WrittenSyntax {
  readonly uid: string;
  readonly name: string;
  readonly coding: FrameCoding | null;
  /** Bits stored that the syntax can hold. */
  readonly depths: readonly number[];
}

const ALL = [8, 10, 12, 14, 16] as const;

/** Every single-frame image syntax of PS3.6 table A-1, except JPEG XL and retired processes. */
export const TRANSFER_SYNTAXES: readonly WrittenSyntax[] = [
  { uid: IMPLICIT, name: 'Implicit VR Little Endian', coding: null, depths: ALL },
  { uid: EXPLICIT, name: 'Explicit VR Little Endian', coding: null, depths: ALL },
  { uid: BIG_ENDIAN, name: 'Explicit VR Big Endian', coding: null, depths: ALL },
  { uid: DEFLATED, name: 'Deflated Explicit VR Little Endian', coding: null, depths: ALL },
  { uid: '1.2.840.10008.1.2.5', name: 'RLE Lossless', coding: 'rle', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.50', name: 'JPEG Baseline', coding: 'jpeg baseline', depths: [8] },
  { uid: '1.2.840.10008.1.2.4.51', name: 'JPEG Extended', coding: null, depths: [12] },
  { uid: '1.2.840.10008.1.2.4.57', name: 'JPEG Lossless', coding: 'jpeg lossless', depths: ALL },
  {
    uid: '1.2.840.10008.1.2.4.70',
    name: 'JPEG Lossless, First-Order Prediction',
    coding: 'jpeg lossless, first-order',
    depths: ALL,
  },
  { uid: '1.2.840.10008.1.2.4.80', name: 'JPEG-LS Lossless', coding: 'jpeg-ls', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.81', name: 'JPEG-LS Near-Lossless', coding: 'jpeg-ls', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.90', name: 'JPEG 2000 Lossless', coding: 'jpeg 2000', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.91', name: 'JPEG 2000', coding: 'jpeg 2000', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.201', name: 'HTJ2K Lossless', coding: 'htj2k', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.202', name: 'HTJ2K Lossless RPCL', coding: 'htj2k rpcl', depths: ALL },
  { uid: '1.2.840.10008.1.2.4.203', name: 'HTJ2K', coding: 'htj2k', depths: ALL },
];

export interface BlockPicture {
  readonly rows: number;
  readonly columns: number;
  readonly bitsStored: number;
  readonly bitsAllocated: 8 | 16;
  readonly stored: Uint8Array | Uint16Array;
}

/** 192 plain blocks of 8 × 8 pixels from black to white, which every process reproduces exactly, even a lossy one. */
export function blockPicture(bitsStored: number): BlockPicture {
  const [rows, columns] = [96, 128];
  const values = Array.from({ length: rows * columns }, (_, index) => {
    const block = (Math.floor(index / columns) >> 3) * 16 + ((index % columns) >> 3);
    return Math.round((block * (2 ** bitsStored - 1)) / 191);
  });
  const isByte = bitsStored === 8;
  const stored = isByte ? Uint8Array.from(values) : Uint16Array.from(values);
  return { rows, columns, bitsStored, bitsAllocated: isByte ? 8 : 16, stored };
}

/** The block picture's frame in a syntax; undefined where it is uncompressed. */
export async function blockFrame(syntax: WrittenSyntax, picture: BlockPicture): Promise<Buffer | undefined> {
  if (syntax.coding !== null) return encodeFrame(syntax.coding, picture);
  // Nothing here writes 12-bit DCT: this frame is from DCMTK 3.6.7, dcmcjpeg +ee +q 100.
  const recorded = new URL('../radiograph/golden/extended-12-bits.jpg', import.meta.url);
  return syntax.uid.endsWith('.4.51') ? readFile(recorded) : undefined;
}
