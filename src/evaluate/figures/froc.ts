import type { Verdicts } from './average-precision.ts';

/** False alarms per image at which the sensitivity is reported. */
const RATES = [0.125, 0.25, 0.5, 1, 2, 4] as const;

export interface Froc {
  /** A detection finds a fracture that it overlaps by at least this (intersection over union). */
  readonly overlap: number;
  /** Share of the fractures found at this number of false alarms per image. */
  readonly points: readonly { readonly falseAlarmsPerImage: number; readonly sensitivity: number }[];
}

/** Some points of the free-response curve; null without fractures. */
export function frocOf(verdicts: Verdicts): Froc | null {
  const curve = frocCurve(verdicts);
  if (curve.length === 0) return null;
  const points = RATES.map((falseAlarmsPerImage) => ({
    falseAlarmsPerImage,
    sensitivity: curve.findLast(([rate]) => rate <= falseAlarmsPerImage)?.[1] ?? 0,
  }));
  return { overlap: 0.5, points };
}

/** The free-response curve at an overlap of 0.5: false boxes per image, share of the fractures found. */
export function frocCurve({
  count,
  confidences,
  hits,
  fractures,
}: Verdicts): readonly (readonly [falseAlarmsPerImage: number, sensitivity: number])[] {
  const wanted = fractures.reduce((sum, fracture) => sum + fracture, 0);
  const images = fractures.length;
  if (wanted === 0) return [];
  const curve: [number, number][] = [[0, 0]];
  let [found, wrong] = [0, 0];
  for (let index = 0; index < count; index += 1) {
    const verdict = hits[0]?.[index];
    if (verdict === 1) found += 1;
    else if (verdict === 0) wrong += 1;
    // Detections of equal confidence are one point.
    if (confidences[index + 1] !== confidences[index]) curve.push([wrong / images, found / wanted]);
  }
  return curve;
}
