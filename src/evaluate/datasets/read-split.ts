import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { BonewatchError } from '../../contract/errors.ts';

/** The evaluated images, by their base name, with the group of near-duplicates of each. */
export type Split = ReadonlyMap<string, string>;

const entry = z.union([
  z.string().transform((file) => ({ file, group: file })),
  z
    .looseObject({ file: z.string(), group: z.string().optional() })
    .transform(({ file, group }) => ({ file, group: group ?? file })),
]);
const parts = z.record(z.string(), z.unknown());

/**
 * One part of a split file: JSON as training/split.py writes it (an object with a list per part), a plain JSON list, or
 * text with one file a line. Throws DATASET_INVALID if that part is not in it.
 */
export async function readSplit(path: string, part: string): Promise<Split> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BonewatchError('PATH_NOT_FOUND', `${path} cannot be read.`, { cause });
  });
  const entries = z.array(entry).min(1).safeParse(listIn(text, part));
  if (!entries.success)
    throw new BonewatchError('DATASET_INVALID', `${path} has no part ${part} with files in it.`);
  return new Map(entries.data.map(({ file, group }) => [basename(file), group]));
}

function listIn(text: string, part: string): unknown {
  if (!/^\s*[[{]/.test(text))
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const json: unknown = JSON.parse(text);
  return Array.isArray(json) ? json : parts.parse(json)[part];
}
