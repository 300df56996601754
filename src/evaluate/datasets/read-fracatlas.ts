import type { ImageFacts, LabelledImage } from './labelled-image.ts';
import type { CsvRow } from './parse-csv.ts';

const REGIONS = ['hand', 'leg', 'hip', 'shoulder', 'mixed'] as const;
const VIEWS = ['frontal', 'lateral', 'oblique'] as const;

/**
 * FracAtlas: the images of its COCO file with the columns of dataset.csv. An image is positive if a fracture is drawn
 * in it, regardless of the columns; images that only the columns name are without a fracture.
 */
export function readFracatlas(
  rows: readonly CsvRow[],
  drawn: readonly LabelledImage[],
  pathOf: (name: string) => string | null,
): LabelledImage[] {
  const byFile = new Map(drawn.map((image) => [image.file, image]));
  const highest = drawn.reduce((id, { imageId }) => Math.max(id, imageId), 0);
  const known = new Set(rows.map((row) => row['image_id']));
  const listed = rows.map((row, index): LabelledImage => {
    const file = row['image_id'] ?? '';
    const image = byFile.get(file) ?? {
      ...{ file, path: pathOf(file) ?? file, imageId: highest + index + 1 },
      ...{ fractures: [], unit: 'pixels' as const, declaredSize: null },
    };
    const claims = { isFractured: row['fractured'] === '1', fractureCount: Number(row['fracture_count']) };
    return { ...image, facts: factsOf(row), claims };
  });
  return [...listed, ...drawn.filter(({ file }) => !known.has(file))].toSorted((a, b) =>
    a.file < b.file ? -1 : a.file > b.file ? 1 : 0,
  );
}

function factsOf(row: CsvRow): ImageFacts {
  return {
    bodyParts: REGIONS.filter((region) => row[region] === '1'),
    views: VIEWS.filter((view) => row[view] === '1'),
    hasHardware: row['hardware'] === undefined ? null : row['hardware'] === '1',
    ageYears: null,
  };
}
