import { BonewatchError } from '../../../contract/errors.ts';
import { toClause } from '../../../contract/sentence.ts';
import { analyzeLabelledImages, type LabelledAnalysis } from './analyze-labelled-images.ts';
import type { Analysis } from '../../../analysis/open-analysis.ts';
import { showProgress } from '../../progress.ts';
import type { Cases } from './read-cases.ts';

/** Analyses labelled images with opened models, with progress. Throws DATASET_INVALID if none could be analysed. */
export async function analyzeCases(
  { images, split }: Pick<Cases, 'images' | 'split'>,
  { analyzer, decoder }: Analysis,
  what: string,
): Promise<LabelledAnalysis> {
  using progress = showProgress(what, images.length);
  const analysed = await analyzeLabelledImages(images, {
    analyzer,
    decoder,
    split,
    onStep: () => progress.step(),
  });
  if (analysed.images.length > 0) return analysed;
  const [first] = analysed.skipped;
  throw new BonewatchError(
    'DATASET_INVALID',
    `No image could be analysed; ${first?.file ?? ''}: ${toClause(first?.reason ?? '')}.`,
  );
}
