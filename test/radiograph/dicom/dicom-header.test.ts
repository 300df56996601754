import { describe, expect, it } from 'vitest';
import { readDicomHeader } from '../../../src/radiograph/dicom/dicom-header.ts';
import { parseDicom } from '../../../src/radiograph/dicom/parse-dicom.ts';
import { writeDicom, type DicomElement } from '../../support/write-dicom.ts';

function headerWith(...elements: DicomElement[]) {
  const { dataSet, transferSyntaxUid } = parseDicom(
    writeDicom({ rows: 1, columns: 1, stored: [0], elements }),
  );
  return readDicomHeader(dataSet, transferSyntaxUid);
}

/** 손목 as ISO 2022 IR 149 writes it, and as UTF-8 does. */
const WRIST_IR149 = Buffer.from([0x1b, 0x24, 0x29, 0x43, 0xbc, 0xd5, 0xb8, 0xf1]);
const WRIST_UTF8 = Buffer.from('손목');

describe('the header of a DICOM file', () => {
  it.each([
    ['\\ISO 2022 IR 149', WRIST_IR149],
    ['ISO 2022 IR 149', WRIST_IR149],
    ['ISO_IR 192', WRIST_UTF8],
  ])('is read in Korean: %s', (characterSet, text) => {
    const header = headerWith(['00080005', 'CS', characterSet], ['0008103e', 'LO', text]);

    expect(header.bodyPart).toBe('wrist');
  });

  it('gets its body part from the anatomic region where the body part is missing', () => {
    const region: DicomElement = ['00082218', 'SQ', [[['00080104', 'LO', 'Hip joint']]]];

    expect(headerWith(region)).toMatchObject({ bodyPartExamined: null, bodyPart: 'hip' });
  });

  it('includes side, view and location', () => {
    const header = headerWith(
      ['00200062', 'CS', 'L'],
      ['00185101', 'CS', 'AP'],
      ['00081010', 'SH', 'XR1'],
      ['00081040', 'LO', 'WARD 5'],
      ['00380300', 'LO', '5-12'],
    );

    expect(header).toMatchObject({
      laterality: 'L',
      viewPosition: 'AP',
      stationName: 'XR1',
      department: 'WARD 5',
      currentPatientLocation: '5-12',
    });
  });

  it.each([
    ['YES', true],
    ['NO', false],
    ['', false],
  ])('includes whether the pixels contain burned-in text: %j', (stated, hasBurnedInText) => {
    expect(headerWith(['00280301', 'CS', stated])).toMatchObject({ hasBurnedInText });
  });

  it.each([
    [['00101010', 'AS', '086Y'], 86],
    [['00101010', 'AS', '018M'], 1],
    [['00100030', 'DA', '19400615'], 86],
    [['00100030', 'DA', '19401224'], 85],
    [['00101010', 'AS', 'old'], null],
  ] as const)('includes the age, stated or from the date of birth: %s', (element, years) => {
    const header = headerWith(element, ['00080020', 'DA', '20261101']);

    expect(header.patientAgeYears).toBe(years);
  });

  it.each([
    ['local time where no offset is stated', [], '2026-11-01T10:15:30.250'],
    ['UTC where it is', [['00080201', 'SH', '+0900']], '2026-11-01T01:15:30.250Z'],
    [
      'the acquisition rather than the study',
      [['0008002a', 'DT', '20261102081500+0900']],
      '2026-11-01T23:15:00.000Z',
    ],
    ['nothing where the date is invalid', [['00080020', 'DA', '20261399']], null],
  ] as const)('includes when it was taken: %s', (_, elements, expected) => {
    const study: DicomElement[] = [
      ['00080020', 'DA', '20261101'],
      ['00080030', 'TM', '101530.250000'],
    ];
    const replaced = study.filter(([tag]) => !elements.some(([other]) => other === tag));

    expect(headerWith(...replaced, ...elements).acquiredAt).toBe(expected);
  });

  it('contains no line breaks or invisible characters from the file', () => {
    const header = headerWith(
      ['00080005', 'CS', 'ISO_IR 192'],
      ['00180015', 'CS', 'WRIST\n{"level":"fatal"}'],
      ['00081030', 'LO', 'a\u202ehidden\u0000'],
      ['00081010', 'SH', '\r\n\t'],
      ['0020000d', 'UI', '../../../etc/passwd'],
      ['00080018', 'UI', '1.2.3\n4'],
    );

    expect(header).toMatchObject({ stationName: null, studyInstanceUid: null, sopInstanceUid: null });
    expect(Object.values(header).join('')).not.toMatch(/\p{C}/u);
  });

  it('never identifies the patient', () => {
    const header = headerWith(['00100010', 'PN', 'Hong^Gildong'], ['00100020', 'LO', 'P-4711']);

    expect(JSON.stringify(header)).not.toMatch(/Hong|Gildong|4711/);
  });
});
