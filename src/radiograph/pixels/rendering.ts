import type { DataSet } from 'dicom-parser';
import { decimalOf, itemOf, stringOf, valuesOf } from '../dicom/dicom-values.ts';
import { readLookupTable, type LookupTable } from './lookup-table.ts';

/** How stored values become display values. */
export interface Rendering {
  /** The Modality LUT: a table, or a slope and an intercept. */
  readonly modality: {
    readonly slope: number;
    readonly intercept: number;
    readonly table: LookupTable | null;
  };
  /** The VOI LUT: a table or a window; null: a window is computed from the picture. */
  readonly voi: LookupTable | VoiWindow | null;
  /** Whether low values are bright (MONOCHROME1). */
  readonly isInverted: boolean;
}

export interface VoiWindow {
  readonly center: number;
  readonly width: number;
  readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';
}

const LUT = { descriptor: 'x00283002', data: 'x00283006' };

/**
 * The grey-scale transformations of a data set (PS3.3 C.11.1, C.11.2, C.11.6). A VOI LUT Sequence overrides
 * windows; of several, the one at `windowIndex` applies (the first where there are fewer). Photometric
 * Interpretation decides on inversion even
 * where Presentation LUT Shape contradicts it; calls `warn` for each contradiction.
 */
export function readRendering(
  dataSet: DataSet,
  pixel: {
    readonly isSigned: boolean;
    readonly photometricInterpretation: string;
    readonly windowIndex: number;
  },
  warn: (warning: string) => void,
): Rendering {
  const modality = readModality(dataSet, pixel.isSigned, warn);
  const canBeNegative =
    modality.table === null && (pixel.isSigned || modality.intercept < 0 || modality.slope < 0);
  const isInverted = pixel.photometricInterpretation === 'MONOCHROME1';
  const shape = stringOf(dataSet, 'x20500020');
  if ((shape === 'IDENTITY' && isInverted) || (shape === 'INVERSE' && !isInverted)) {
    warn(
      'Photometric Interpretation and Presentation LUT Shape contradict each other; the Photometric Interpretation was followed.',
    );
  }
  if (stringOf(dataSet, 'x00080068') === 'FOR PROCESSING') {
    warn('The image is meant for processing, not for presentation; it may look different from the console.');
  }
  return { modality, voi: readVoi(dataSet, { canBeNegative, index: pixel.windowIndex }, warn), isInverted };
}

function readModality(
  dataSet: DataSet,
  isSigned: boolean,
  warn: (warning: string) => void,
): Rendering['modality'] {
  const item = itemOf(dataSet, 'x00283000');
  const table = item && readLookupTable(item, LUT, { isSigned });
  if (item !== null && table === null) warn('The Modality LUT is damaged and was left out.');
  if (table) return { slope: 1, intercept: 0, table };
  const slope = decimalOf(dataSet, 'x00281053') ?? 1;
  const intercept = decimalOf(dataSet, 'x00281052') ?? 0;
  if (slope === 0) warn('The rescale slope is 0; it was taken as 1.');
  return { slope: slope === 0 ? 1 : slope, intercept, table: null };
}

function readVoi(
  dataSet: DataSet,
  { canBeNegative, index }: { readonly canBeNegative: boolean; readonly index: number },
  warn: (warning: string) => void,
): LookupTable | VoiWindow | null {
  const item = itemOf(dataSet, 'x00283010', index) ?? itemOf(dataSet, 'x00283010');
  const table = item && readLookupTable(item, LUT, { isSigned: canBeNegative });
  if (item !== null && table === null) warn('The VOI LUT is damaged and was left out.');
  if (table?.isOverstated) {
    warn(
      'The VOI LUT states more bits than its entries have; the bits of its highest entry were taken as white.',
    );
  }
  if (table) return table;
  const windows = Math.min(valuesOf(dataSet, 'x00281050').length, valuesOf(dataSet, 'x00281051').length);
  const chosen = index < windows ? index : 0;
  const center = decimalOf(dataSet, 'x00281050', chosen);
  const width = decimalOf(dataSet, 'x00281051', chosen);
  if (center === null || width === null) return null;
  const stated = stringOf(dataSet, 'x00281056') ?? 'LINEAR';
  const shape = stated === 'LINEAR_EXACT' || stated === 'SIGMOID' ? stated : 'LINEAR';
  if (shape !== stated) warn('The VOI LUT function is unknown; the window was applied linearly.');
  if (width < 1 && (shape === 'LINEAR' || width <= 0)) {
    warn('The window has no width; one was made from the picture instead.');
    return null;
  }
  return { center, width, shape };
}
