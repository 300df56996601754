import type { Finding } from '../../contract/finding.ts';
import type { Interpretation } from '../interpret.ts';

/** Half precision changes a confidence by a few thousandths; a larger difference is a mismatch. */
const CONFIDENCE_TOLERANCE = 0.1;
/** Minimum overlap of two boxes of the same finding, as intersection over union. */
const MIN_IOU = 0.5;

/**
 * How an execution provider's result differs from the CPU's for the same picture; null if it does not. A finding so
 * close to the threshold that rounding decides may be missing on one side.
 */
export function differenceOf(
  expected: Interpretation,
  got: Interpretation,
  suspected: number,
): string | null {
  if (!(Math.abs(expected.score - got.score) <= CONFIDENCE_TOLERANCE)) {
    return `score ${got.score.toFixed(3)} instead of ${expected.score.toFixed(3)}`;
  }
  const isSure = ({ confidence }: Finding): boolean => confidence >= suspected + CONFIDENCE_TOLERANCE;
  const missed = expected.findings.filter(isSure).filter((finding) => !hasSame(got.findings, finding));
  const invented = got.findings.filter(isSure).filter((finding) => !hasSame(expected.findings, finding));
  if (missed.length > 0) return `${missed.length} finding(s) of the CPU missed or elsewhere`;
  if (invented.length > 0) return `${invented.length} finding(s) that the CPU does not have`;
  return null;
}

function hasSame(findings: readonly Finding[], wanted: Finding): boolean {
  return findings.some(
    ({ label, confidence, box }) =>
      label === wanted.label &&
      Math.abs(confidence - wanted.confidence) <= CONFIDENCE_TOLERANCE &&
      overlap(box, wanted.box) >= MIN_IOU,
  );
}

function overlap(a: Finding['box'], b: Finding['box']): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
