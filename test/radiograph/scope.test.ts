import { describe, expect, it } from 'vitest';
import type { RadiographHeader } from '../../src/radiograph/radiograph.ts';
import { extremesOf, outOfScope, type Scope } from '../../src/radiograph/scope.ts';

const scope: Scope = { modalities: ['CR', 'DX'], bodyParts: ['wrist', 'hip'], minAgeYears: 18 };
const picture = { width: 1000, height: 1200, min: 0, max: 65535 };

function aHeader(stated: Partial<RadiographHeader> = {}): RadiographHeader {
  return {
    format: 'dicom',
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
    acquiredAt: null,
    warnings: [],
    ...stated,
  };
}

describe('what is analysed', () => {
  it('is a radiograph of a modality, body part and age that the site asked for', () => {
    expect(outOfScope(aHeader(), picture, scope)).toBeNull();
  });

  it('is also a file that states nothing, such as a photograph', () => {
    const header = aHeader({ modality: null, bodyPart: null, patientAgeYears: null });

    expect(outOfScope(header, picture, scope)).toBeNull();
  });

  it.each([
    ['another modality', { modality: 'CT' }, {}, 'MODALITY_OUT_OF_SCOPE'],
    ['another body part', { bodyPart: 'skull' }, {}, 'BODY_PART_OUT_OF_SCOPE'],
    ['a child', { patientAgeYears: 7 }, {}, 'AGE_OUT_OF_SCOPE'],
    ['an icon', {}, { width: 95 }, 'IMAGE_TOO_SMALL'],
    ['a blank picture', {}, { min: 9, max: 9 }, 'IMAGE_BLANK'],
  ] as const)('is not %s', (_, header, extent, code) => {
    expect(outOfScope(aHeader(header), { ...picture, ...extent }, scope)?.code).toBe(code);
  });

  it('is every body part and age where the site asked for none', () => {
    const open = { ...scope, bodyParts: null, minAgeYears: null };

    expect(outOfScope(aHeader({ bodyPart: 'skull', patientAgeYears: 1 }), picture, open)).toBeNull();
  });

  it('is judged blank by the darkest and brightest pixel', () => {
    expect(extremesOf(Uint16Array.from([5, 900, 3, 7]))).toEqual({ min: 3, max: 900 });
  });
});
