import type { Box } from '../../contract/box.ts';
import { BonewatchError } from '../../contract/errors.ts';
import type { OutputTensor } from '../engine.ts';
import type { Manifest } from '../models/manifest.ts';

/** The box whose left, top, right and bottom edges are at `index` and the three indices after it. */
export function cornersAt(values: Float32Array, index: number): Box {
  const [left = 0, top = 0, right = 0, bottom = 0] = values.subarray(index, index + 4);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The label of the class number that the model returned. Throws MODEL_INVALID for a class without a label. */
export function labelAt(index: number, { labels }: Pick<Manifest, 'labels'>): string {
  const label = labels[index];
  if (label) return label.name;
  throw new BonewatchError(
    'MODEL_INVALID',
    `The model returned class ${index + 1}, but the manifest has ${labels.length} label(s).`,
  );
}

/** The error for outputs whose shapes do not fit the family and the labels of the manifest. */
export function shapeMismatch(
  outputs: readonly OutputTensor[],
  { family, labels }: Pick<Manifest, 'family' | 'labels'>,
  expected: string,
): BonewatchError {
  const shapes = outputs.map(({ dims }) => `[${dims.join(', ')}]`).join(' ');
  return new BonewatchError(
    'MODEL_INVALID',
    `Output has shape ${shapes}, expected ${expected} for ${family} with ${labels.length} label(s).`,
  );
}
