import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { BonewatchError } from '../../contract/errors.ts';
import { listDataset, type DatasetFiles } from './image-files.ts';
import type { ImageFacts, LabelledImage } from './labelled-image.ts';
import { parseCsv, type CsvRow } from './parse-csv.ts';
import { cocoSchema, readCoco } from './read-coco.ts';
import { readFracatlas } from './read-fracatlas.ts';
import { readVgg, vggSchema } from './read-vgg.ts';
import { readVoc } from './read-voc.ts';
import { readYolo } from './read-yolo.ts';

export const FORMATS = ['fracatlas', 'coco', 'yolo', 'voc', 'vgg'] as const;
export type DatasetFormat = (typeof FORMATS)[number];

export interface Dataset {
  readonly format: DatasetFormat;
  readonly images: readonly LabelledImage[];
}

/** Additional facts for any format: one line per image, columns file, bodyPart, view, hardware, ageYears. */
const CASES = 'cases.csv';

/**
 * The labelled images of a folder, in the order of their names. If no format is given, it is detected from the files.
 * Throws DATASET_INVALID if there are no labels, or labels that do not follow the format.
 */
export async function readDataset(directory: string, format?: DatasetFormat): Promise<Dataset> {
  const files = await listDataset(directory);
  const found = format ?? (await formatOf(files));
  const images = await readAs(found, files);
  if (images.length === 0)
    throw new BonewatchError('DATASET_INVALID', `${directory} contains no labelled image.`);
  return { format: found, images: await withCases(images, files) };
}

async function formatOf(files: DatasetFiles): Promise<DatasetFormat> {
  if (files.names.includes('dataset.csv') && (await findJson(files, cocoSchema))) return 'fracatlas';
  if (await findJson(files, cocoSchema)) return 'coco';
  if (await findJson(files, vggSchema)) return 'vgg';
  if (files.names.some((name) => name.endsWith('.xml'))) return 'voc';
  if (files.names.some((name) => name.endsWith('.txt'))) return 'yolo';
  throw new BonewatchError(
    'DATASET_INVALID',
    `${files.directory} contains no labels of a known format (${FORMATS.join(', ')}).`,
  );
}

async function readAs(format: DatasetFormat, files: DatasetFiles): Promise<LabelledImage[]> {
  switch (format) {
    case 'coco':
      return readCoco(await requireJson(files, cocoSchema, format), files);
    case 'fracatlas': {
      const rows = await readCsv(files, 'dataset.csv', 'image_id');
      const drawn = readCoco(await requireJson(files, cocoSchema, format), files);
      return readFracatlas(rows, drawn, (name) => files.pathOf(name));
    }
    case 'vgg':
      return readVgg(await requireJson(files, vggSchema, format), files);
    case 'voc':
      return readVoc(files);
    case 'yolo':
      return readYolo(files);
  }
}

/** The first JSON file of that shape, those nearest to the top first. */
async function findJson<T extends z.ZodType>(files: DatasetFiles, schema: T): Promise<z.infer<T> | null> {
  const names = files.names
    .filter((name) => name.endsWith('.json'))
    .toSorted((a, b) => a.split('/').length - b.split('/').length);
  for (const name of names) {
    const parsed = schema.safeParse(parseJson(await readText(files, name)));
    if (parsed.success) return parsed.data;
  }
  return null;
}

async function requireJson<T extends z.ZodType>(
  files: DatasetFiles,
  schema: T,
  format: DatasetFormat,
): Promise<z.infer<T>> {
  const found = await findJson(files, schema);
  if (found !== null) return found;
  throw new BonewatchError(
    'DATASET_INVALID',
    `${files.directory} contains no JSON file in the format ${format}.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText({ directory }: DatasetFiles, name: string): Promise<string> {
  return readFile(join(directory, name), 'utf8').catch((cause: unknown) => {
    throw new BonewatchError('DATASET_INVALID', `${join(directory, name)} cannot be read.`, { cause });
  });
}

async function readCsv(files: DatasetFiles, name: string, key: string): Promise<readonly CsvRow[]> {
  return parseCsv(await readText(files, name), { path: join(files.directory, name), key });
}

async function withCases(
  images: readonly LabelledImage[],
  files: DatasetFiles,
): Promise<readonly LabelledImage[]> {
  if (!files.names.includes(CASES)) return images;
  const cases = await readCsv(files, CASES, 'file');
  const rows = new Map(cases.map((row) => [basename(row['file'] ?? ''), row]));
  return images.map((image) => {
    const row = rows.get(basename(image.file));
    return row === undefined ? image : { ...image, facts: factsOf(row) };
  });
}

function factsOf(row: CsvRow): ImageFacts {
  const words = (text: string | undefined): string[] => (text ?? '').split(';').filter((word) => word !== '');
  const age = Number.parseFloat(row['ageYears'] ?? '');
  const hardware = row['hardware'] ?? '';
  return {
    bodyParts: words(row['bodyPart']),
    views: words(row['view']),
    hasHardware: hardware === '' ? null : /^(1|true|yes)$/i.test(hardware),
    ageYears: Number.isNaN(age) ? null : age,
  };
}
