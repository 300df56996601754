import type { DataSet } from 'dicom-parser';
import { acquiredAtOf, ageYearsOf } from './dicom-dates.ts';
import { itemOf, stringOf, textEncodingOf, textOf } from './dicom-values.ts';
import { bodyPartOf } from './body-part.ts';
import type { RadiographHeader } from './radiograph.ts';

/** What a data set says of its image, in Bonewatch's words; nothing that names a patient is ever read. */
export function readDicomHeader(
  dataSet: DataSet,
  transferSyntaxUid: string | null,
): Omit<RadiographHeader, 'warnings'> {
  const encoding = textEncodingOf(dataSet);
  const bodyPartExamined = textOf(dataSet, 'x00180015', encoding);
  const region = itemOf(dataSet, 'x00082218');
  const bodyPart = bodyPartOf({
    bodyPartExamined,
    anatomicRegion: region && textOf(region, 'x00080104', encoding),
    protocolName: textOf(dataSet, 'x00181030', encoding),
    seriesDescription: textOf(dataSet, 'x0008103e', encoding),
    studyDescription: textOf(dataSet, 'x00081030', encoding),
  });
  return {
    format: 'dicom',
    modality: stringOf(dataSet, 'x00080060'),
    bodyPartExamined,
    bodyPart,
    laterality: lateralityOf(dataSet),
    viewPosition: stringOf(dataSet, 'x00185101'),
    photometricInterpretation: stringOf(dataSet, 'x00280004'),
    transferSyntaxUid,
    sopInstanceUid: uidOf(dataSet, 'x00080018'),
    studyInstanceUid: uidOf(dataSet, 'x0020000d'),
    stationName: textOf(dataSet, 'x00081010', encoding),
    department: textOf(dataSet, 'x00081040', encoding),
    currentPatientLocation: textOf(dataSet, 'x00380300', encoding),
    patientAgeYears: ageYearsOf(dataSet),
    acquiredAt: acquiredAtOf(dataSet),
  };
}

/** A UID as the standard writes it; whatever else stands in its place is worth nothing. */
export function uidOf(dataSet: DataSet, tag: string): string | null {
  const uid = stringOf(dataSet, tag);
  return uid !== null && /^\d+(\.\d+)+$/.test(uid) ? uid : null;
}

function lateralityOf(dataSet: DataSet): 'L' | 'R' | 'B' | null {
  const stated = stringOf(dataSet, 'x00200062') ?? stringOf(dataSet, 'x00200060');
  return stated === 'L' || stated === 'R' || stated === 'B' ? stated : null;
}
