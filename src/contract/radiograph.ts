/** The body parts of configuration, results and screens. */
export const BODY_PARTS = [
  'hand',
  'wrist',
  'forearm',
  'elbow',
  'upper-arm',
  'shoulder',
  'collarbone',
  'ribs',
  'chest',
  'spine',
  'pelvis',
  'hip',
  'thigh',
  'knee',
  'lower-leg',
  'ankle',
  'foot',
  'skull',
  'abdomen',
] as const;

export type BodyPart = (typeof BODY_PARTS)[number];

/**
 * The origin of a picture according to its file: an X-ray detector, for presentation or for processing; a screen
 * or a document; or a modality that takes no radiographs.
 */
export type ImageKind = 'radiograph' | 'unprocessed-radiograph' | 'screen-or-document' | 'other-modality';

/**
 * Facts from the header of a radiograph, without anything that names a patient.
 * Fields a file does not state are null; `bodyPartExamined` is the value in the file, `bodyPart` ours.
 */
export interface RadiographHeader {
  readonly format: 'dicom' | 'jpeg' | 'png';
  readonly kind: ImageKind;
  readonly modality: string | null;
  readonly bodyPartExamined: string | null;
  readonly bodyPart: BodyPart | null;
  readonly laterality: 'L' | 'R' | 'B' | null;
  readonly viewPosition: string | null;
  readonly photometricInterpretation: string | null;
  readonly transferSyntaxUid: string | null;
  readonly sopInstanceUid: string | null;
  readonly studyInstanceUid: string | null;
  readonly stationName: string | null;
  readonly department: string | null;
  /** CurrentPatientLocation (0038,0300); leaves the device only with `place` in privacy.fields. */
  readonly currentPatientLocation: string | null;
  readonly patientAgeYears: number | null;
  /** BurnedInAnnotation (0028,0301) is YES: the pixels hold text that may name the patient. */
  readonly hasBurnedInText: boolean;
  /** RFC 3339, UTC when the file states its offset, else the site's local time without an offset. */
  readonly acquiredAt: string | null;
  /** Hardly anything of the picture could be seen as its file describes it; absent before it is decoded. */
  readonly isPictureUncertain?: boolean;
  /** Contradictions in the file and how they were resolved; shown in the result. */
  readonly warnings: readonly string[];
}

/**
 * A decoded picture before it is spread out: every sample stands for the display grey that `levels` holds at it.
 * What is above the index of the last level, such as overlay bits, does not count.
 */
export interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  /** Row-major, width × height of them. */
  readonly samples: Uint8Array | Uint16Array;
  /** 0 black … 65535 white; as many as a power of two. */
  readonly levels: Uint16Array;
}

/** A decoded radiograph: display-ready grey pixels in the original's geometry (EXIF orientation applied). */
export interface Radiograph {
  readonly header: RadiographHeader;
  readonly width: number;
  readonly height: number;
  /** Row-major, 0 black … 65535 white, windowed as the modality asked, MONOCHROME1 already inverted. */
  readonly pixels: Uint16Array;
}

/** Facts about a file that need no decoding of its pixels. */
export interface Inspection {
  readonly format: 'dicom' | 'jpeg' | 'png' | 'unknown';
  /** The format's own end was found: DICOM parsed to its last element, JPEG EOI, PNG IEND. */
  readonly isWhole: boolean;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sopInstanceUid: string | null;
}
