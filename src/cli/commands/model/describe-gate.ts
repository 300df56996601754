import type { ValidationRecord } from '../../../inference/quantisation/validation-record.ts';
import { table } from '../../terminal.ts';

/** The record of a validation as lines for a terminal. */
export function describeGate(record: ValidationRecord): readonly string[] {
  const { candidate, reference, dataset, comparisons } = record;
  return [
    `${titleOf(candidate)} against ${titleOf(reference)} on ${record.executionProvider}`,
    `${dataset.images} images, ${dataset.positives} with a fracture; ${dataset.groups} groups of near-duplicates, ${dataset.positiveGroups} with a fracture`,
    ...table([
      ['', 'reference', 'candidate', 'difference', '95 % interval', 'margin', ''],
      ...comparisons.map(({ figure, margin, isShown, ci95: [low, high], ...values }) => [
        figure,
        values.reference.toFixed(4),
        values.candidate.toFixed(4),
        signed(values.difference),
        `${signed(low)} to ${signed(high)}`,
        `−${margin}`,
        isShown ? 'no worse' : 'not shown',
      ]),
    ]),
    ...record.faults,
    record.passed ? `passed in ${record.seconds} s` : `not passed, after ${record.seconds} s`,
  ];
}

function titleOf({ name, version, sha256 }: ValidationRecord['candidate']): string {
  return `${name} ${version} (${sha256.slice(0, 12)}…)`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
