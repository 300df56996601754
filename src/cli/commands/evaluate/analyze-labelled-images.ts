import { basename } from 'node:path';
import { promise as createQueue } from 'fastq';
import { analyzeFile, type Analyzer } from '../../../analysis/analyze-file.ts';
import {
  findDuplicates,
  groupsOf,
  THUMBNAIL_SIDE,
  type Likeness,
} from '../../../evaluate/datasets/near-duplicates.ts';
import type { EvaluatedImage } from '../../../evaluate/figures/evaluated-image.ts';
import {
  fracturesInPixels,
  type ImageFacts,
  type LabelledImage,
} from '../../../evaluate/datasets/labelled-image.ts';
import type { Split } from '../../../evaluate/datasets/read-split.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { Decoder } from '../../../analysis/open-decoder.ts';
import { shareableView } from '../../../contract/shareable-image.ts';
import type { RadiographHeader } from '../../../contract/radiograph.ts';

/** An image that is not part of the figures, and why. */
export interface SkippedImage {
  readonly file: string;
  readonly reason: string;
}

export interface LabelledAnalysis {
  readonly images: readonly EvaluatedImage[];
  readonly skipped: readonly SkippedImage[];
}

/** Files in flight: one decodes while another is in the model. */
const CONCURRENCY = 2;
/** Every detection counts for precision, whatever its confidence. */
const DETECTION_FLOOR = 1e-3;

/**
 * Labelled images through the same decoding and models as in the daemon, in the order given. What cannot be analysed
 * is skipped with its reason. Without a split, near-duplicates are detected among the images.
 */
export async function analyzeLabelledImages(
  labelled: readonly LabelledImage[],
  parts: {
    readonly analyzer: Analyzer;
    readonly decoder: Decoder;
    readonly split: Split | null;
    readonly onStep: () => void;
  },
): Promise<LabelledAnalysis> {
  const { split, onStep } = parts;
  const analyzer = { ...parts.analyzer, suspected: DETECTION_FLOOR };
  const answers = await mapConcurrently(labelled, async (image) => {
    const answer = await analyzeOne(image, analyzer);
    const likeness = split === null && 'score' in answer ? await likenessOf(image, parts.decoder) : null;
    onStep();
    return { answer, likeness };
  });
  const likenesses = answers.flatMap(({ likeness }) => (likeness ? [likeness] : []));
  const groups =
    split ??
    groupsOf(
      labelled.map(({ file }) => file),
      findDuplicates(likenesses),
    );
  const images = answers.flatMap(({ answer }) => {
    if (!('score' in answer)) return [];
    return [
      { ...answer, group: groups.get(answer.file) ?? groups.get(basename(answer.file)) ?? answer.file },
    ];
  });
  return { images, skipped: answers.flatMap(({ answer }) => ('reason' in answer ? [answer] : [])) };
}

async function analyzeOne(image: LabelledImage, analyzer: Analyzer): Promise<EvaluatedImage | SkippedImage> {
  const { file, path, imageId } = image;
  const { result, header } = await analyzeFile({ source: path, sha256: null }, analyzer);
  const { width, height } = result.image ?? {};
  if (result.status !== 'analysed' || typeof width !== 'number' || typeof height !== 'number') {
    return { file, reason: `${result.reason?.message ?? ''} [${result.reason?.code ?? ''}]` };
  }
  const fractures = fracturesInPixels(image, { width, height });
  return {
    ...{ file, path, imageId, group: file, fractures },
    isPositive: fractures.some(({ isCrowd }) => !isCrowd),
    score: result.score ?? 0,
    detections: result.findings,
    size: { width, height },
    facts: withHeader(image.facts, header),
    totalMs: result.timingsMs?.total ?? 0,
    inferenceMs: result.timingsMs?.inference ?? 0,
  };
}

/** The header of an image fills in what the data set does not state. */
function withHeader(facts: ImageFacts, header: RadiographHeader | null): ImageFacts {
  const one = (value: string | null | undefined): readonly string[] => (value ? [value] : []);
  return {
    ...facts,
    bodyParts: facts.bodyParts.length > 0 ? facts.bodyParts : one(header?.bodyPart),
    views: facts.views.length > 0 ? facts.views : one(shareableView(header?.viewPosition ?? null)),
    ageYears: facts.ageYears ?? header?.patientAgeYears ?? null,
  };
}

async function likenessOf({ file, path }: LabelledImage, decoder: Decoder): Promise<Likeness> {
  try {
    const { inspection, thumbnail } = await decoder.survey(path, THUMBNAIL_SIDE);
    return { file, sha256: inspection.sha256, thumbnail };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return { file, sha256: null, thumbnail: null };
  }
}

/** Results in the order of the items, two in work at a time. */
export function mapConcurrently<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const queue = createQueue<unknown, T, R>(work, CONCURRENCY);
  return Promise.all(items.map((item) => queue.push(item)));
}
