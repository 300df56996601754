import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';
import type { Polygon } from '../../contract/finding.ts';
import { isPicture, type DatasetFiles } from './image-files.ts';
import { boxAround, NO_FACTS, type LabelledFracture, type LabelledImage } from './labelled-image.ts';

/**
 * YOLO: every picture, with the text file of the same name next to it or in the folder `labels` that mirrors `images`.
 * A line is a class and cx, cy, w, h, or a class and the points of an outline, all as shares. A picture without a text
 * file is without a fracture. Throws DATASET_INVALID for a line that is neither.
 */
export async function readYolo({ directory, names }: DatasetFiles): Promise<LabelledImage[]> {
  const labels = new Set(names.filter((name) => name.endsWith('.txt')));
  return Promise.all(
    names.filter(isPicture).map(async (name, index) => {
      const label = labelFor(name, labels);
      const text = label === null ? '' : await readFile(join(directory, label), 'utf8');
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      return {
        file: name,
        path: join(directory, name),
        imageId: index + 1,
        fractures: lines.map((line) => fractureOf(line, label ?? '')),
        unit: 'shares',
        declaredSize: null,
        facts: NO_FACTS,
        claims: null,
      };
    }),
  );
}

function labelFor(picture: string, labels: ReadonlySet<string>): string | null {
  const stem = picture.slice(0, picture.length - extname(picture).length);
  const mirrored = `/${stem}`.replace(/\/images\//, '/labels/').slice(1);
  return [`${mirrored}.txt`, `${stem}.txt`].find((name) => labels.has(name)) ?? null;
}

function fractureOf(line: string, file: string): LabelledFracture {
  const [, ...values] = line.trim().split(/\s+/).map(Number);
  const [cx = 0, cy = 0, width = 0, height = 0] = values;
  if (values.some(Number.isNaN) || values.length < 4 || (values.length > 5 && values.length % 2 === 1)) {
    throw new BonewatchError(
      'DATASET_INVALID',
      `${file}: neither a box nor an outline: ${line.slice(0, 60)}.`,
    );
  }
  // Five values: a box and its confidence.
  if (values.length <= 5) {
    return { box: { x: cx - width / 2, y: cy - height / 2, width, height }, polygons: [], isCrowd: false };
  }
  const polygon: Polygon = Array.from({ length: values.length / 2 }, (_, index) => [
    values[index * 2] ?? 0,
    values[index * 2 + 1] ?? 0,
  ]);
  return { box: boxAround([polygon]), polygons: [polygon], isCrowd: false };
}
