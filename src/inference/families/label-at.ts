import { BonewatchError } from '../../contract/errors.ts';
import type { Manifest } from '../models/manifest.ts';

/** The name of a class that the model itself chose, by its number. Throws MODEL_INVALID for one without a label. */
export function labelAt(index: number, { labels }: Pick<Manifest, 'labels'>): string {
  const label = labels[index];
  if (label) return label.name;
  throw new BonewatchError(
    'MODEL_INVALID',
    `The model returned class ${index + 1}, but the manifest has ${labels.length} label(s).`,
  );
}
