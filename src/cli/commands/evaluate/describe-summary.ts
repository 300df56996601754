import type { DatasetSummary, Inconsistency } from '../../../evaluate/datasets/summarise-dataset.ts';
import { table } from '../../terminal.ts';

/** A terminal shows this many of one kind; `--json` has them all. */
const MAX_LISTED = 12;

/** The summary of a data set as lines for a terminal. */
export function describeSummary(summary: DatasetSummary): readonly string[] {
  const { bodyPart, view, hardware, fractureCount, claimedFractureCount, sizes } = summary;
  const groups = Object.entries({
    ...prefixed('body part', bodyPart),
    ...prefixed('view', view),
    ...(hardware ? { hardware } : {}),
  });
  return [
    `${summary.images} images, ${summary.fractured} with a fracture; ${summary.fractures} fractures drawn, ${summary.outlines} with an outline`,
    ...table([
      ['', 'images', 'fractured'],
      ...groups.map(([name, counts]) => [name, String(counts.images), String(counts.fractured)]),
    ]),
    `fractures drawn per image: ${formatCounts(fractureCount)}`,
    ...(claimedFractureCount ? [`by the data set's own column: ${formatCounts(claimedFractureCount)}`] : []),
    ...(summary.medianBoxShare === null
      ? []
      : [`median fracture: ${(summary.medianBoxShare * 100).toFixed(2)} % of the picture`]),
    `sizes: ${formatCounts(Object.fromEntries(Object.entries(sizes).slice(0, 6)))}`,
    `${summary.duplicateGroups} groups of near-duplicates`,
    ...[...Map.groupBy(summary.inconsistencies, ({ kind }) => kind)].flatMap(([kind, all]) =>
      toldKind(kind, all),
    ),
  ];
}

function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [`${prefix} ${key}`, value]));
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
}

function toldKind(kind: string, all: readonly Inconsistency[]): readonly string[] {
  const shown = all.slice(0, MAX_LISTED).map(({ files, detail }) => `  ${files.join(' = ')}: ${detail}`);
  const left = all.length - shown.length;
  return [
    `${kind.replaceAll('-', ' ')}: ${all.length}`,
    ...shown,
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}
