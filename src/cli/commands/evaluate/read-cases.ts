import { basename, resolve } from 'node:path';
import { BonewatchError } from '../../../contract/errors.ts';
import type { LabelledImage } from '../../../evaluate/datasets/labelled-image.ts';
import { readDataset, type DatasetFormat } from '../../../evaluate/datasets/read-dataset.ts';
import { readSplit, type Split } from '../../../evaluate/datasets/read-split.ts';

export interface CaseOptions {
  readonly dataset: string;
  readonly format?: DatasetFormat;
  readonly split?: string;
  readonly part: string;
}

/** The labelled images of a measurement. */
export interface Cases {
  readonly dataset: {
    readonly format: DatasetFormat;
    readonly split: string | null;
    readonly part: string | null;
  };
  /** Of the folder. */
  readonly name: string;
  readonly images: readonly LabelledImage[];
  readonly split: Split | null;
}

/** The images of a folder, or of one part of it. Throws DATASET_INVALID where none is in that part. */
export async function readCases(options: CaseOptions): Promise<Cases> {
  const { format, images } = await readDataset(options.dataset, options.format);
  const split = options.split === undefined ? null : await readSplit(options.split, options.part);
  return {
    dataset: {
      format,
      split: options.split === undefined ? null : basename(options.split),
      part: split === null ? null : options.part,
    },
    name: basename(resolve(options.dataset)),
    images: chosen(images, split),
    split,
  };
}

function chosen(images: readonly LabelledImage[], split: Split | null): readonly LabelledImage[] {
  if (split === null) return images;
  const inSplit = images.filter(({ file }) => split.has(basename(file)));
  if (inSplit.length > 0) return inSplit;
  throw new BonewatchError('DATASET_INVALID', 'No image of the data set is in that part of the split.');
}
