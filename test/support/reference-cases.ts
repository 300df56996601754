import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BIG_ENDIAN, IMPLICIT, writeDicom, type DicomElement, type DicomPicture } from './write-dicom.ts';

/** A small picture that several programs render. */
export interface ReferenceCase {
  readonly name: string;
  readonly picture: DicomPicture;
  /** Index of the window or VOI LUT, from 0. */
  readonly windowIndex?: number;
}

const SIDE = 16;
const PIXELS = SIDE * SIDE;

function ramp(from: number, to: number): number[] {
  return Array.from({ length: PIXELS }, (_, index) =>
    Math.round(from + ((to - from) * index) / (PIXELS - 1)),
  );
}

function window(center: string, width: string, shape?: string): DicomElement[] {
  const elements: DicomElement[] = [
    ['00281050', 'DS', center],
    ['00281051', 'DS', width],
  ];
  return shape === undefined ? elements : [...elements, ['00281056', 'CS', shape]];
}

function rescale(slope: string, intercept: string): DicomElement[] {
  return [
    ['00281052', 'DS', intercept],
    ['00281053', 'DS', slope],
  ];
}

function lut(tag: string, { first, entries }: { first: number; entries: readonly number[] }): DicomElement {
  const descriptor: DicomElement = ['00283002', 'US', [entries.length, first, 16]];
  return [tag, 'SQ', [[descriptor, ['00283006', 'US', entries]]]];
}

const plain = { rows: SIDE, columns: SIDE, bitsStored: 12, stored: ramp(0, 4095) } as const;
const signed = { ...plain, isSigned: true, stored: ramp(-2048, 2047) } as const;
const curve = Array.from({ length: 4096 }, (_, index) => Math.round(65535 * (index / 4095) ** 2));

/** The features that DX and CR images combine, one at a time; all synthetic. */
export const REFERENCE_CASES: readonly ReferenceCase[] = [
  { name: 'window', picture: { ...plain, elements: window('1800', '2400') } },
  {
    name: 'window of an 8-bit picture',
    picture: {
      ...plain,
      bitsAllocated: 8,
      bitsStored: 8,
      stored: ramp(0, 255),
      elements: window('100', '120'),
    },
  },
  { name: 'narrow window', picture: { ...plain, elements: window('2000', '2') } },
  { name: 'LINEAR_EXACT', picture: { ...plain, elements: window('1800', '2400', 'LINEAR_EXACT') } },
  { name: 'SIGMOID', picture: { ...plain, elements: window('1800', '2400', 'SIGMOID') } },
  {
    name: 'MONOCHROME1',
    picture: { ...plain, photometricInterpretation: 'MONOCHROME1', elements: window('1800', '2400') },
  },
  {
    name: 'MONOCHROME1 INVERSE',
    picture: {
      ...plain,
      photometricInterpretation: 'MONOCHROME1',
      elements: [...window('1800', '2400'), ['20500020', 'CS', 'INVERSE']],
    },
  },
  {
    name: 'MONOCHROME2 IDENTITY',
    picture: { ...plain, elements: [...window('1800', '2400'), ['20500020', 'CS', 'IDENTITY']] },
  },
  { name: 'rescale', picture: { ...plain, elements: [...rescale('0.5', '-300'), ...window('700', '1500')] } },
  {
    name: 'negative slope',
    picture: { ...plain, elements: [...rescale('-1', '4095'), ...window('1800', '2400')] },
  },
  { name: 'signed', picture: { ...signed, elements: window('-100', '2400') } },
  {
    name: 'signed and rescaled',
    picture: { ...signed, elements: [...rescale('2', '1000'), ...window('900', '5000')] },
  },
  { name: 'high bit 15', picture: { ...plain, highBit: 15, elements: window('1800', '2400') } },
  {
    name: '16 bits',
    picture: { ...plain, bitsStored: 16, stored: ramp(0, 65535), elements: window('30000', '40000') },
  },
  {
    name: '10 bits',
    picture: { ...plain, bitsStored: 10, stored: ramp(0, 1023), elements: window('512', '900') },
  },
  {
    name: 'second window',
    picture: { ...plain, elements: window('1800\\700', '2400\\900') },
    windowIndex: 1,
  },
  { name: 'VOI LUT', picture: { ...plain, elements: [lut('00283010', { first: 0, entries: curve })] } },
  {
    name: 'VOI LUT that begins late',
    picture: { ...plain, elements: [lut('00283010', { first: 500, entries: curve.slice(500, 3500) })] },
  },
  {
    name: 'Modality LUT',
    picture: {
      ...plain,
      elements: [lut('00283000', { first: 0, entries: curve }), ...window('30000', '50000')],
    },
  },
  {
    name: 'big endian',
    picture: { ...plain, transferSyntaxUid: BIG_ENDIAN, elements: window('1800', '2400') },
  },
  { name: 'implicit', picture: { ...plain, transferSyntaxUid: IMPLICIT, elements: window('1800', '2400') } },
];

/** Writes the cases as files, `0.dcm` and so on, with a list of their names. */
export async function writeReferenceCases(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, { picture }] of REFERENCE_CASES.entries()) {
    await writeFile(join(folder, `${index}.dcm`), writeDicom(picture));
  }
  const names = REFERENCE_CASES.map(({ name, windowIndex = 0 }) => ({ name, windowIndex }));
  await writeFile(join(folder, 'cases.json'), JSON.stringify(names));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeReferenceCases(process.argv[2] ?? 'reference-cases');
