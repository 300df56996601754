import { readdir } from 'node:fs/promises';
import { basename, extname, join, relative } from 'node:path';
import { BonewatchError } from '../../contract/errors.ts';

const PICTURES = new Set(['.jpg', '.jpeg', '.png', '.dcm', '.dicom', '']);

/** The files of a data set's folder. */
export interface DatasetFiles {
  readonly directory: string;
  /** Relative to the folder, sorted. */
  readonly names: readonly string[];
  /** The path of an image by its name in the labels, in any sub-folder; null if there is none. */
  pathOf(name: string): string | null;
}

/** Lists a data set once. Throws PATH_NOT_FOUND if the folder does not exist. */
export async function listDataset(directory: string): Promise<DatasetFiles> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(
    (cause: unknown) => {
      throw new BonewatchError('PATH_NOT_FOUND', `${directory} is not a folder that can be listed.`, {
        cause,
      });
    },
  );
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .toSorted();
  const pictures = names.filter(isPicture);
  const byName = new Map(pictures.toReversed().map((name) => [basename(name), name]));
  const all = new Set(pictures);
  return {
    directory,
    names,
    pathOf(name) {
      const found = all.has(name) ? name : byName.get(basename(name));
      return found === undefined ? null : join(directory, found);
    },
  };
}

/** Whether a file may be a radiograph, by its name. */
export function isPicture(name: string): boolean {
  return PICTURES.has(extname(name).toLowerCase());
}
