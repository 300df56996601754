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

describe('the scope of the analysis', () => {
  it('includes a radiograph of a configured modality, body part and age', () => {
    expect(headerOutOfScope(aHeader(), scope)).toBeNull();
  });

  it('includes a file without header facts, such as a photograph', () => {
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

  it('includes raw detector data only if the site enables it', () => {
    const raw = aHeader({ kind: 'unprocessed-radiograph' });

    expect(headerOutOfScope(raw, scope)).toBeNull();
    expect(headerOutOfScope(raw, { ...scope, rawImages: 'skip' })?.code).toBe('IMAGE_FOR_PROCESSING');
  });

  it('includes every body part and age if the site configures none', () => {
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
  ] as const)('is checked by its grey levels when it %s', (_, grey, code) => {
    expect(pictureOutOfScope(pictureOf(grey), scope)?.code).toBe(code);
  });

  it('is rejected as a radiograph when it is as small as an icon', () => {
    const icon = aPicture(
      95,
      200,
      Uint16Array.from({ length: 19_000 }, (_, index) => index),
    );

    expect(pictureOutOfScope(icon, scope)?.code).toBe('IMAGE_TOO_SMALL');
  });
});
