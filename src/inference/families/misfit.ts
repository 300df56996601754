import { BonewatchError } from '../../contract/errors.ts';
import type { OutputTensor } from '../engine.ts';
import type { Manifest } from '../models/manifest.ts';

/** The refusal of outputs whose shapes are not what the family and the labels of the manifest ask for. */
export function misfit(
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
