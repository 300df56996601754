import { describe, expect, it } from 'vitest';
import { imageKindOf } from '../../../src/radiograph/dicom/image-kind.ts';
import { parseDicom } from '../../../src/radiograph/dicom/parse-dicom.ts';
import { writeDicom, type DicomElement } from '../../support/write-dicom.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1';

function kindWith(...elements: DicomElement[]): string {
  return imageKindOf(parseDicom(writeDicom({ rows: 1, columns: 1, stored: [0], elements })).dataSet);
}

function ofClass(uid: string): DicomElement {
  return ['00080016', 'UI', uid];
}

function type(...words: string[]): DicomElement {
  return ['00080008', 'CS', words.join('\\')];
}

describe('the kind of a DICOM image', () => {
  it.each([
    ['CR', `${STORAGE}.1`],
    ['DX for presentation', `${STORAGE}.1.1`],
    ['mammography', `${STORAGE}.1.2`],
    ['a C-arm', `${STORAGE}.12.2`],
    ['an unknown class', '1.3.6.1.4.1.99999.1'],
  ])('is a radiograph: %s', (_, uid) => {
    expect(kindWith(ofClass(uid))).toBe('radiograph');
  });

  it.each([
    ['a CT slice', `${STORAGE}.2`],
    ['an MR slice', `${STORAGE}.4`],
    ['ultrasound', `${STORAGE}.6.1`],
    ['a photograph', `${STORAGE}.77.1.4`],
  ])('is not a radiograph although its modality is DX: %s', (_, uid) => {
    expect(kindWith(ofClass(uid))).toBe('other-modality');
  });

  it('is a radiograph where the modality is not an X-ray modality, which the scope excludes', () => {
    expect(kindWith(ofClass(`${STORAGE}.2`), ['00080060', 'CS', 'CT'])).toBe('radiograph');
  });

  it.each([
    ['a screenshot of the console', [ofClass(`${STORAGE}.7`), type('DERIVED', 'SECONDARY', 'SCREEN SAVE')]],
    ['a dose sheet', [ofClass(`${STORAGE}.7`), type('DERIVED', 'SECONDARY', 'DOSE_INFO')]],
    ['a scanned request form', [ofClass(`${STORAGE}.7`), ['00080064', 'CS', 'SD '] as const]],
  ])('is a screen or a document: %s', (_, elements) => {
    expect(kindWith(...elements)).toBe('screen-or-document');
  });

  it.each(['DF', 'WSD', 'DI'])(
    'is a radiograph when it was digitised from film or forwarded by a workstation: %s',
    (conversion) => {
      const elements: DicomElement[] = [ofClass(`${STORAGE}.7`), ['00080064', 'CS', conversion]];

      expect(kindWith(...elements, type('DERIVED', 'SECONDARY'))).toBe('radiograph');
    },
  );

  it.each([
    ['its intent', [['00080068', 'CS', 'FOR PROCESSING'] as const]],
    ['its class alone', [ofClass(`${STORAGE}.1.1.1`)]],
  ])('is raw detector data by %s', (_, elements) => {
    expect(kindWith(...elements)).toBe('unprocessed-radiograph');
  });
});
