import type { DatasetSummary } from '../datasets/summarise-dataset.ts';
import { htmlTable, note, page, pictures, section, type ReportPicture } from './page.ts';

/** The report of a data set: counts, inconsistencies, and labels drawn on sample pictures. */
export function summaryPage(summary: DatasetSummary, drawn: readonly ReportPicture[]): string {
  const inconsistencies = Map.groupBy(summary.inconsistencies, ({ kind }) => kind);
  return page('Labelled images', [
    note(
      `${summary.images} images, ${summary.fractured} with a fracture; ${summary.fractures} fractures drawn, ${summary.outlines} with an outline; ${summary.duplicateGroups} groups of near-duplicates.`,
    ),
    section('Groups of images', groupTable(summary)),
    section('Fractures per image', fractureCountTable(summary)),
    section('Sizes', sizeTable(summary)),
    ...[...inconsistencies].map(([kind, found]) =>
      section(
        `${kind.replaceAll('-', ' ')}: ${found.length}`,
        htmlTable(
          ['files', 'inconsistency'],
          found.map(({ files, detail }) => [files.join(' = '), detail]),
        ),
      ),
    ),
    section('Labels', pictures(drawn)),
  ]);
}

function groupTable({ bodyPart, view, hardware }: DatasetSummary): string {
  const groups = [
    ...Object.entries(bodyPart).map(([name, counts]) => [`body part ${name}`, counts] as const),
    ...Object.entries(view).map(([name, counts]) => [`view ${name}`, counts] as const),
    ...(hardware ? [['hardware', hardware] as const] : []),
  ];
  return htmlTable(
    ['', 'images', 'fractured', 'share'],
    groups.map(([name, { images, fractured }]) => [
      name,
      String(images),
      String(fractured),
      `${((fractured / images) * 100).toFixed(1)} %`,
    ]),
  );
}

function fractureCountTable({ fractureCount, claimedFractureCount }: DatasetSummary): string {
  const counts = new Set([...Object.keys(fractureCount), ...Object.keys(claimedFractureCount ?? {})]);
  return htmlTable(
    ['fractures', 'images, drawn', 'images, by its own column'],
    [...counts]
      .toSorted()
      .map((count) => [
        count,
        String(fractureCount[count] ?? 0),
        claimedFractureCount ? String(claimedFractureCount[count] ?? 0) : '–',
      ]),
  );
}

function sizeTable({ sizes }: DatasetSummary): string {
  return htmlTable(
    ['pixels', 'images'],
    Object.entries(sizes).map(([size, images]) => [size, String(images)]),
  );
}
