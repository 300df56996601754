import type { DataSet } from 'dicom-parser';
import { stringOf, valuesOf } from './dicom-values.ts';
import type { ImageKind } from '../../contract/radiograph.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
/** CR, DX, mammography and intra-oral (1), angiography and fluoroscopy (12), secondary capture (7). */
const PROJECTION_CLASS = /^(1|12|7)(\.\d+)*$/;
const SECONDARY_CAPTURE = /^7(\.\d+)*$/;
const FOR_PROCESSING_CLASS = /^1\.1(\.[123])?\.1$/;
/** Modalities whose pictures are radiographs; only they can contradict their class. */
const PROJECTION_MODALITIES = new Set(['CR', 'DX', 'DR', 'MG', 'IO', 'PX', 'RF', 'XA', 'RG']);
/** Image Type (0008,0008) values that consoles write for pictures of a screen or a page. */
const SCREEN_WORDS = /SCREEN|DOSE|REPORT|PROTOCOL|DOCUMENT/i;
/** Conversion Type (0008,0064): scanned document, drawing. Not WSD: workstations forward radiographs with it. */
const SCREEN_CONVERSIONS = new Set(['SD', 'DRW']);

/**
 * Whether a data set's picture is a radiograph, from its SOP class, Image Type, Conversion Type and Presentation
 * Intent Type. A missing attribute counts as a radiograph, since digitised film is stored as secondary capture.
 */
export function imageKindOf(dataSet: DataSet): ImageKind {
  const modality = stringOf(dataSet, 'x00080060');
  const sopClassUid = stringOf(dataSet, 'x00080016') ?? '';
  const storageClass = sopClassUid.startsWith(STORAGE) ? sopClassUid.slice(STORAGE.length) : null;
  const claimsProjection = modality === null || PROJECTION_MODALITIES.has(modality);
  if (claimsProjection && storageClass !== null && !PROJECTION_CLASS.test(storageClass))
    return 'other-modality';
  if (valuesOf(dataSet, 'x00080008').some((word) => SCREEN_WORDS.test(word))) return 'screen-or-document';
  const isCapture = storageClass !== null && SECONDARY_CAPTURE.test(storageClass);
  if (isCapture && SCREEN_CONVERSIONS.has(stringOf(dataSet, 'x00080064') ?? '')) return 'screen-or-document';
  const intent = stringOf(dataSet, 'x00080068');
  if (intent === 'FOR PROCESSING') return 'unprocessed-radiograph';
  const isUnprocessedClass = storageClass !== null && FOR_PROCESSING_CLASS.test(storageClass);
  return isUnprocessedClass && intent === null ? 'unprocessed-radiograph' : 'radiograph';
}
