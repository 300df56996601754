import { describe, expect, it } from 'vitest';
import type { RadiographHeader } from '../../src/contract/radiograph.ts';
import { headerOutOfScope, pictureOutOfScope, type Scope } from '../../src/radiograph/scope.ts';
import { aPicture } from '../support/a-picture.ts';

const scope: Scope = {
  modalities: ['CR', 'DX'],
  bodyParts: ['wrist', 'hip'],
  minAgeYears: 18,
  rawImages: 'analyse',
  saturatedShare: 0.995,
};

function aHeader(stated: Partial<RadiographHeader> = {}): RadiographHeader {
  return {
    format: 'dicom',
    kind: 'radiograph',
    modality: 'DX',
    bodyPartExamined: 'WRIST',
    bodyPart: 'wrist',
    laterality: null,
    viewPosition: null,
    photometricInterpretation: null,
    transferSyntaxUid: null,
    sopInstanceUid: null,
    studyInstanceUid: null,
    stationName: null,
    department: null,
    currentPatientLocation: null,
    patientAgeYears: 80,
    hasBurnedInText: false,
    acquiredAt: null,
    warnings: [],
    ...stated,
  };
}

describe('what is analysed', () => {
  it('is a radiograph of a modality, body part and age that the site asked for', () => {
    expect(headerOutOfScope(aHeader(), scope)).toBeNull();
  });

  it('is also a file that states nothing, such as a photograph', () => {
    const header = aHeader({ modality: null, bodyPart: null, patientAgeYears: null });

    expect(headerOutOfScope(header, scope)).toBeNull();
  });

  it.each([
    ['another modality', { modality: 'CT' }, 'MODALITY_OUT_OF_SCOPE'],
    ['a CT slice that calls itself DX', { kind: 'other-modality' }, 'NOT_A_RADIOGRAPH'],
    ['a screenshot', { kind: 'screen-or-document' }, 'NOT_A_RADIOGRAPH'],
    ['another body part', { bodyPart: 'skull' }, 'BODY_PART_OUT_OF_SCOPE'],
    ['a child', { patientAgeYears: 7 }, 'AGE_OUT_OF_SCOPE'],
  ] as const)('is not %s', (_, header, code) => {
    expect(headerOutOfScope(aHeader(header), scope)?.code).toBe(code);
  });

  it('is raw detector data only where the site wants it', () => {
    const raw = aHeader({ kind: 'unprocessed-radiograph' });

    expect(headerOutOfScope(raw, scope)).toBeNull();
    expect(headerOutOfScope(raw, { ...scope, rawImages: 'skip' })?.code).toBe('IMAGE_FOR_PROCESSING');
  });

  it('is every body part and age where the site asked for none', () => {
    const open = { ...scope, bodyParts: null, minAgeYears: null };

    expect(headerOutOfScope(aHeader({ bodyPart: 'skull', patientAgeYears: 1 }), open)).toBeNull();
  });
});

describe('a decoded picture', () => {
  const side = 100;
  const pictureOf = (grey: (index: number) => number) =>
    aPicture(
      side,
      side,
      Uint16Array.from({ length: side * side }, (_, index) => grey(index)),
    );

  it.each([
    ['shows something', (index: number) => index, undefined],
    ['has one grey level', () => 9000, 'IMAGE_BLANK'],
    ['is white but for its side marker', (index: number) => (index < 40 ? 0 : 65535), 'IMAGE_SATURATED'],
    ['is black but for its side marker', (index: number) => (index < 40 ? 65535 : 0), 'IMAGE_SATURATED'],
    ['is a small finger on a large black field', (index: number) => (index < 80 ? 30000 : 0), undefined],
  ] as const)('is judged by its grey when it %s', (_, grey, code) => {
    expect(pictureOutOfScope(pictureOf(grey), scope)?.code).toBe(code);
  });

  it('is no radiograph when it is as small as an icon', () => {
    const icon = aPicture(
      95,
      200,
      Uint16Array.from({ length: 19_000 }, (_, index) => index),
    );

    expect(pictureOutOfScope(icon, scope)?.code).toBe('IMAGE_TOO_SMALL');
  });
});
