import type { DataSet } from 'dicom-parser';
import { bytesOf, decimalOf, hasDecimalComma, itemOf, stringOf, valuesOf } from '../dicom/dicom-values.ts';
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

interface VoiContext {
  readonly modality: Rendering['modality'];
  readonly canBeNegative: boolean;
  /** Index of the window or VOI LUT, from 0. */
  readonly index: number;
}

const MODALITY_LUT = 'x00283000';
const VOI_LUT = 'x00283010';
const LUT = { descriptor: 'x00283002', data: 'x00283006' };
const RESCALE_INTERCEPT = 'x00281052';
const RESCALE_SLOPE = 'x00281053';
const WINDOW_CENTER = 'x00281050';
const WINDOW_WIDTH = 'x00281051';
const MAX_NARROW_WIDTH = 2;
const COMMA = 'A number of the grey scale is written with a decimal comma; it was read as a decimal point.';

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
  const voi = readVoi(dataSet, { modality, canBeNegative, index: pixel.windowIndex }, warn);
  return { modality, voi, isInverted };
}

function readModality(
  dataSet: DataSet,
  isSigned: boolean,
  warn: (warning: string) => void,
): Rendering['modality'] {
  const table = readTable(dataSet, { tag: MODALITY_LUT, index: 0, isSigned, name: 'Modality LUT' }, warn);
  if (table) return { slope: 1, intercept: 0, table };
  if ([RESCALE_SLOPE, RESCALE_INTERCEPT].some((tag) => hasDecimalComma(dataSet, tag))) warn(COMMA);
  const slope = decimalOf(dataSet, RESCALE_SLOPE) ?? 1;
  const intercept = decimalOf(dataSet, RESCALE_INTERCEPT) ?? 0;
  if (slope === 0) warn('The rescale slope is 0; it was taken as 1.');
  return { slope: slope === 0 ? 1 : slope, intercept, table: null };
}

/** The table of a LUT sequence; null where there is none or it is damaged, which is a warning. */
function readTable(
  dataSet: DataSet,
  sequence: {
    readonly tag: string;
    readonly index: number;
    readonly isSigned: boolean;
    readonly name: 'Modality LUT' | 'VOI LUT';
  },
  warn: (warning: string) => void,
): LookupTable | null {
  const { tag, index, isSigned, name } = sequence;
  const item = itemOf(dataSet, tag, index) ?? itemOf(dataSet, tag);
  const table = item && readLookupTable(item, LUT, { isSigned });
  if (table === null && (item !== null || bytesOf(dataSet, tag) !== null))
    warn(`The ${name} is damaged and was left out.`);
  if (table && dataSet.elements[tag]?.vr === 'UN')
    warn(`The ${name} is stored without its type; it was read as a sequence.`);
  if (table?.isShort)
    warn(`The ${name} has fewer entries than it states; its last one was taken for the missing ones.`);
  return table;
}

function readVoi(
  dataSet: DataSet,
  { modality, canBeNegative, index }: VoiContext,
  warn: (warning: string) => void,
): LookupTable | VoiWindow | null {
  const table = readTable(dataSet, { tag: VOI_LUT, index, isSigned: canBeNegative, name: 'VOI LUT' }, warn);
  if (table?.isOverstated) {
    warn(
      'The VOI LUT states more bits than its entries have; the bits of its highest entry were taken as white.',
    );
  }
  return table ?? readWindow(dataSet, { modality, index }, warn);
}

/** The window at `index`, or the first one that can be used; null without one. */
function readWindow(
  dataSet: DataSet,
  { modality, index }: Pick<VoiContext, 'modality' | 'index'>,
  warn: (warning: string) => void,
): VoiWindow | null {
  const shape = readShape(dataSet, warn);
  const isUsable = ({ width }: Pick<VoiWindow, 'width'>): boolean =>
    width >= 1 || (width > 0 && (shape !== 'LINEAR' || isFractional(modality)));
  const windows = statedWindows(dataSet);
  const wanted = windows[index] ?? windows[0] ?? null;
  const window = [wanted, ...windows].find((each) => each !== null && isUsable(each)) ?? null;
  if (window === null) {
    const isStated = windows.some((each) => each !== null);
    if (isStated) warn('The window has no width; one was made from the picture instead.');
    return null;
  }
  if (window !== wanted)
    warn('The window of the file is empty or has no width; the first usable one was applied.');
  if ([WINDOW_CENTER, WINDOW_WIDTH].some((tag) => hasDecimalComma(dataSet, tag))) warn(COMMA);
  if (shape !== 'LINEAR' || window.width > MAX_NARROW_WIDTH || !isFractional(modality)) {
    return { ...window, shape };
  }
  warn('The window is narrower than two units of values that are fractions; it was applied as LINEAR_EXACT.');
  return { ...window, shape: 'LINEAR_EXACT' };
}

/** LINEAR takes one from the width (PS3.3 C.11.2.1.2.1), which suits whole numbers only. */
function isFractional({ slope, table }: Rendering['modality']): boolean {
  return table === null && Math.abs(slope) < 1;
}

function statedWindows(dataSet: DataSet): readonly (Omit<VoiWindow, 'shape'> | null)[] {
  const centers = valuesOf(dataSet, WINDOW_CENTER);
  const widths = valuesOf(dataSet, WINDOW_WIDTH);
  return Array.from({ length: Math.min(centers.length, widths.length) }, (_, index) => {
    const center = decimalOf(dataSet, WINDOW_CENTER, index);
    const width = decimalOf(dataSet, WINDOW_WIDTH, index);
    return center === null || width === null ? null : { center, width };
  });
}

function readShape(dataSet: DataSet, warn: (warning: string) => void): VoiWindow['shape'] {
  const stated = stringOf(dataSet, 'x00281056') ?? 'LINEAR';
  const shape = stated === 'LINEAR_EXACT' || stated === 'SIGMOID' ? stated : 'LINEAR';
  if (shape !== stated) warn('The VOI LUT function is unknown; the window was applied linearly.');
  return shape;
}
