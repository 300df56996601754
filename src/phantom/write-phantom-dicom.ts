import { data } from 'dcmjs';
import type { Phantom } from './draw-phantom.ts';
import { phantomUid } from './phantom-uid.ts';

export interface PhantomDicomOptions {
  /** MONOCHROME1 stores the values inverted, so the picture looks the same; MONOCHROME2 by default. */
  readonly photometricInterpretation?: 'MONOCHROME1' | 'MONOCHROME2';
  /** Shared by the views of one study; by default each phantom has its own study. */
  readonly studyInstanceUid?: string;
  /** Number of the image within its study, 1 by default. */
  readonly instanceNumber?: number;
  /** YYYYMMDD and HHMMSS of the acquisition, in the hospital's local time. */
  readonly acquisitionDate?: string;
  readonly acquisitionTime?: string;
  readonly accessionNumber?: string;
  readonly stationName?: string;
  readonly institutionalDepartmentName?: string;
  /** Whole years; omitted by default. */
  readonly patientAge?: number;
}

/**
 * A DX image for presentation (PS3.3 A.26) of the phantom as a DICOM file: Explicit VR Little Endian, 12 bits
 * stored in 16, a window over the whole stored range. The same phantom and options give the same bytes.
 */
export function writePhantomDicom(phantom: Phantom, options: PhantomDicomOptions = {}): Uint8Array {
  const sopInstanceUid = phantomUid(`instance ${identity(phantom)} ${JSON.stringify(options)}`);
  const meta = data.DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: DX_FOR_PRESENTATION,
    MediaStorageSOPInstanceUID: sopInstanceUid,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    ImplementationClassUID: phantomUid('implementation'),
    ImplementationVersionName: 'BONEWATCH',
    _vrMap: {},
  });
  const file = new data.DicomDict(meta);
  file.dict = data.DicomMetaDictionary.denaturalizeDataset({
    ...patientAndStudy(phantom, options),
    ...seriesAndEquipment(phantom, options),
    ...acquisition(phantom, options),
    ...image(phantom, options),
    SOPClassUID: DX_FOR_PRESENTATION,
    SOPInstanceUID: sopInstanceUid,
    _vrMap: { PixelData: 'OW' },
  });
  return new Uint8Array(file.write());
}

const DX_FOR_PRESENTATION = '1.2.840.10008.5.1.4.1.1.1.1';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const WHITE = 4095;

type Dataset = Readonly<Record<string, unknown>>;

function identity({ kind, seed, isFractured }: Phantom): string {
  return `${kind} ${seed} ${isFractured ? 'fractured' : 'intact'}`;
}

function patientAndStudy(phantom: Phantom, options: PhantomDicomOptions): Dataset {
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: `PHANTOM^${phantom.kind.toUpperCase()}`,
    PatientID: `PHANTOM-${phantom.seed}`,
    PatientBirthDate: '',
    PatientSex: '',
    ...(options.patientAge === undefined
      ? {}
      : { PatientAge: `${String(options.patientAge).padStart(3, '0')}Y` }),
    StudyInstanceUID: options.studyInstanceUid ?? phantomUid(`study ${identity(phantom)}`),
    StudyID: String(phantom.seed),
    StudyDate: dateOf(options),
    StudyTime: timeOf(options),
    StudyDescription: `Phantom ${phantom.kind}`,
    AccessionNumber: options.accessionNumber ?? '',
    ReferringPhysicianName: '',
  };
}

function seriesAndEquipment(phantom: Phantom, options: PhantomDicomOptions): Dataset {
  const study = options.studyInstanceUid ?? 'own';
  return {
    Modality: 'DX',
    PresentationIntentType: 'FOR PRESENTATION',
    SeriesInstanceUID: phantomUid(`series ${study} ${identity(phantom)}`),
    SeriesNumber: '1',
    SeriesDescription: `${phantom.bodyPart} ${phantom.viewPosition}`,
    Laterality: phantom.laterality,
    BodyPartExamined: phantom.bodyPart,
    Manufacturer: 'Bonewatch',
    ManufacturerModelName: 'Phantom',
    StationName: options.stationName ?? 'PHANTOM',
    ...(options.institutionalDepartmentName === undefined
      ? {}
      : { InstitutionalDepartmentName: options.institutionalDepartmentName }),
  };
}

/** Codes of SNOMED CT (PS3.16, context group 4009). */
const REGIONS = {
  forearm: { CodeValue: '14975008', CodeMeaning: 'Forearm' },
  hand: { CodeValue: '85562004', CodeMeaning: 'Hand' },
  hip: { CodeValue: '24136001', CodeMeaning: 'Hip joint' },
} as const;

function acquisition(phantom: Phantom, options: PhantomDicomOptions): Dataset {
  const spacing = String(phantom.pixelSpacing);
  return {
    ImageType: ['ORIGINAL', 'PRIMARY'],
    InstanceNumber: String(options.instanceNumber ?? 1),
    AcquisitionDate: dateOf(options),
    AcquisitionTime: timeOf(options),
    ContentDate: dateOf(options),
    ContentTime: timeOf(options),
    ImageComments: 'Drawn test image, not a patient',
    ViewPosition: phantom.viewPosition,
    ImageLaterality: phantom.laterality,
    PatientOrientation: '',
    AnatomicRegionSequence: [{ ...REGIONS[phantom.kind], CodingSchemeDesignator: 'SCT' }],
    AcquisitionContextSequence: [],
    DetectorType: 'DIRECT',
    ImagerPixelSpacing: [spacing, spacing],
    PixelSpacing: [spacing, spacing],
    PixelIntensityRelationship: 'LOG',
    PixelIntensityRelationshipSign: isInverted(options) ? 1 : -1,
    BurnedInAnnotation: 'NO',
    LossyImageCompression: '00',
  };
}

function image({ pixels, width, height }: Phantom, options: PhantomDicomOptions): Dataset {
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: options.photometricInterpretation ?? 'MONOCHROME2',
    Rows: height,
    Columns: width,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    RescaleIntercept: '0',
    RescaleSlope: '1',
    RescaleType: 'US',
    WindowCenter: String((WHITE + 1) / 2),
    WindowWidth: String(WHITE + 1),
    VOILUTFunction: 'LINEAR',
    PresentationLUTShape: isInverted(options) ? 'INVERSE' : 'IDENTITY',
    PixelData: [littleEndian(isInverted(options) ? pixels.map((value) => WHITE - value) : pixels)],
  };
}

function littleEndian(pixels: Uint16Array): ArrayBuffer {
  const bytes = new ArrayBuffer(pixels.length * 2);
  const view = new DataView(bytes);
  for (const [index, value] of pixels.entries()) view.setUint16(index * 2, value, true);
  return bytes;
}

function isInverted(options: PhantomDicomOptions): boolean {
  return options.photometricInterpretation === 'MONOCHROME1';
}

function dateOf(options: PhantomDicomOptions): string {
  return options.acquisitionDate ?? '20260101';
}

function timeOf(options: PhantomDicomOptions): string {
  return options.acquisitionTime ?? '090000';
}
