import type { AnalysisResult } from './analysis-result.ts';

type ImageFacts = NonNullable<AnalysisResult['image']>;

/** Modalities of DICOM (PS3.3 C.7.3.1.1.1) that hold images, and DR, which some consoles write. */
const MODALITIES = [
  ...['CR', 'DX', 'DR', 'MG', 'IO', 'PX', 'RF', 'XA', 'RG', 'CT', 'MR', 'US', 'NM', 'PT', 'BMD', 'OT', 'SC'],
  ...['ES', 'XC', 'SM', 'GM', 'OP', 'OPM', 'OPT', 'OCT', 'OAM', 'IVUS', 'IVOCT', 'LS', 'DG', 'TG', 'HC'],
  ...['RTIMAGE', 'RTDOSE', 'RTPLAN', 'RTSTRUCT', 'SEG', 'SR', 'PR', 'KO', 'DOC', 'ECG', 'HD', 'EPS', 'BI'],
];
/** View Position of DICOM (PS3.3 C.8.1.1, C.8.11.5) and what consoles commonly write there. */
const VIEW_POSITIONS = [
  ...['AP', 'PA', 'LL', 'RL', 'RLD', 'LLD', 'RLO', 'LLO', 'LAT', 'LATERAL', 'OBL', 'OBLIQUE', 'AXIAL', 'AX'],
  ...['LAO', 'RAO', 'LPO', 'RPO', 'CC', 'MLO', 'ML', 'LM', 'TANGENTIAL', 'SKYLINE', 'SUNRISE', 'MORTISE'],
  ...[
    'FROG',
    'FROGLEG',
    'SWIMMERS',
    'DECUBITUS',
    'SUPINE',
    'PRONE',
    'ERECT',
    'STANDING',
    'FLEXION',
    'EXTENSION',
  ],
  ...['OUTLET', 'INLET', 'Y', 'SCAPHOID', 'TUNNEL', 'MERCHANT', 'HARRIS', 'ODONTOID', 'NAVICULAR'],
];
const PHOTOMETRIC_INTERPRETATIONS = [
  ...[
    'MONOCHROME1',
    'MONOCHROME2',
    'PALETTE COLOR',
    'RGB',
    'HSV',
    'ARGB',
    'CMYK',
    'YBR_FULL',
    'YBR_FULL_422',
  ],
  ...['YBR_PARTIAL_422', 'YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT'],
];
const UID = /^\d+(\.\d+)+$/;

/**
 * The facts of an image as they may leave the device. Files can hold any text in these fields, also a patient's name, so
 * each is a word of a fixed list or null; the body part is ours, in upper case.
 */
export function shareableImage(image: ImageFacts): ImageFacts {
  const { bodyRegion, transferSyntaxUid } = image;
  return {
    ...image,
    modality: wordOf(image.modality, MODALITIES),
    bodyPart: bodyRegion?.toUpperCase() ?? null,
    viewPosition: shareableView(image.viewPosition),
    photometricInterpretation: wordOf(image.photometricInterpretation, PHOTOMETRIC_INTERPRETATIONS),
    transferSyntaxUid: transferSyntaxUid !== null && UID.test(transferSyntaxUid) ? transferSyntaxUid : null,
  };
}

/** A view position of the fixed list; null for any other text. */
export function shareableView(viewPosition: string | null): string | null {
  return wordOf(viewPosition, VIEW_POSITIONS);
}

function wordOf(text: string | null, words: readonly string[]): string | null {
  const word = text?.toUpperCase().trim() ?? null;
  return word !== null && words.includes(word) ? word : null;
}
