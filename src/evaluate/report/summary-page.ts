import type { DatasetSummary } from '../datasets/summarise-dataset.ts';
import { htmlTable, note, page, pictures, section, type ReportPicture } from './page.ts';

/** The report of a data set: counts, everything that contradicts itself, and labels drawn on some pictures. */
export function summaryPage(summary: DatasetSummary, drawn: readonly ReportPicture[]): string {
  const { bodyPart, view, hardware, fractureCount, claimedFractureCount, sizes } = summary;
  const kinds = [...Map.groupBy(summary.inconsistencies, ({ kind }) => kind)];
  const groups = [
    ...Object.entries(bodyPart).map(([name, counts]) => [`body part ${name}`, counts] as const),
    ...Object.entries(view).map(([name, counts]) => [`view ${name}`, counts] as const),
    ...(hardware ? [['hardware', hardware] as const] : []),
  ];
  const counts = [
    ...new Set([...Object.keys(fractureCount), ...Object.keys(claimedFractureCount ?? {})]),
  ].toSorted();
  return page('Labelled images', [
    note(
      `${summary.images} images, ${summary.fractured} with a fracture; ${summary.fractures} fractures drawn, ${summary.outlines} with an outline; ${summary.duplicateGroups} groups of near-duplicates.`,
    ),
    section(
      'What it shows',
      htmlTable(
        ['', 'images', 'fractured', 'share'],
        groups.map(([name, { images, fractured }]) => [
          name,
          String(images),
          String(fractured),
          `${((fractured / images) * 100).toFixed(1)} %`,
        ]),
      ),
    ),
    section(
      'Fractures per image',
      htmlTable(
        ['fractures', 'images, drawn', 'images, by its own column'],
        counts.map((count) => [
          count,
          String(fractureCount[count] ?? 0),
          claimedFractureCount ? String(claimedFractureCount[count] ?? 0) : '–',
        ]),
      ),
    ),
    section(
      'Sizes',
      htmlTable(
        ['pixels', 'images'],
        Object.entries(sizes).map(([size, images]) => [size, String(images)]),
      ),
    ),
    ...kinds.map(([kind, all]) =>
      section(
        `${kind.replaceAll('-', ' ')}: ${all.length}`,
        htmlTable(
          ['files', 'what'],
          all.map(({ files, detail }) => [files.join(' = '), detail]),
        ),
      ),
    ),
    section('Labels', pictures(drawn)),
  ]);
}
