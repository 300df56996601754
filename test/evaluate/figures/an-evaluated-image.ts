import type { EvaluatedImage } from '../../../src/evaluate/figures/evaluated-image.ts';
import { NO_FACTS } from '../../../src/evaluate/datasets/labelled-image.ts';

/** An evaluated image of 400 × 300; a test states only the relevant facts. */
export function aJudgedImage(facts: Partial<EvaluatedImage>): EvaluatedImage {
  const file = facts.file ?? 'a.png';
  return {
    ...{
      file,
      path: file,
      imageId: 1,
      group: file,
      score: 0,
      detections: [],
      fractures: [],
      facts: NO_FACTS,
    },
    ...{ size: { width: 400, height: 300 }, totalMs: 100, inferenceMs: 50 },
    isPositive: (facts.fractures ?? []).length > 0,
    ...facts,
  };
}
