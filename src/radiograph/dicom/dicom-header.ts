import type { DataSet } from 'dicom-parser';
import { acquiredAtOf, ageYearsOf } from './dicom-dates.ts';
import { characterSetOf } from './decode-text.ts';
import { bytesOf, itemOf, stringOf, textOf, valuesOf } from './dicom-values.ts';
import { bodyPartOf } from './body-part.ts';
import { imageKindOf } from './image-kind.ts';
import type { RadiographHeader } from '../../contract/radiograph.ts';

/** The header facts of an image, in Bonewatch's terms; attributes that identify a patient are never read. */
export function readDicomHeader(
  dataSet: DataSet,
  transferSyntaxUid: string | null,
): Omit<RadiographHeader, 'warnings'> {
  const characterSet = characterSetOf(valuesOf(dataSet, 'x00080005'));
  const bodyPartExamined = textOf(dataSet, 'x00180015', characterSet);
  const region = itemOf(dataSet, 'x00082218');
  const bodyPart = bodyPartOf({
    bodyPartExamined,
    anatomicRegion: region && textOf(region, 'x00080104', characterSet),
    protocolName: textOf(dataSet, 'x00181030', characterSet),
    seriesDescription: textOf(dataSet, 'x0008103e', characterSet),
    studyDescription: textOf(dataSet, 'x00081030', characterSet),
  });
  return {
    format: 'dicom',
    kind: imageKindOf(dataSet),
    modality: stringOf(dataSet, 'x00080060'),
    bodyPartExamined,
    bodyPart,
    laterality: lateralityOf(dataSet),
    viewPosition: stringOf(dataSet, 'x00185101'),
    photometricInterpretation: stringOf(dataSet, 'x00280004'),
    transferSyntaxUid,
    sopInstanceUid: uidOf(dataSet, 'x00080018'),
    studyInstanceUid: uidOf(dataSet, 'x0020000d'),
    stationName: textOf(dataSet, 'x00081010', characterSet),
    department: textOf(dataSet, 'x00081040', characterSet),
    currentPatientLocation: textOf(dataSet, 'x00380300', characterSet),
    patientAgeYears: ageYearsOf(dataSet),
    hasBurnedInText: stringOf(dataSet, 'x00280301') === 'YES',
    acquiredAt: acquiredAtOf(dataSet),
  };
}

/** A valid UID (PS3.5 9.1); any other value is ignored. */
export function uidOf(dataSet: DataSet, tag: string): string | null {
  const uid =
    bytesOf(dataSet, tag)
      ?.subarray(0, 65)
      .toString('latin1')
      .replace(/[\0 ]+$/, '') ?? '';
  return uid.length <= 64 && /^\d+(\.\d+)+$/.test(uid) ? uid : null;
}

function lateralityOf(dataSet: DataSet): 'L' | 'R' | 'B' | null {
  const stated = stringOf(dataSet, 'x00200062') ?? stringOf(dataSet, 'x00200060');
  return stated === 'L' || stated === 'R' || stated === 'B' ? stated : null;
}
