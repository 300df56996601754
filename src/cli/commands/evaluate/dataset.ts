import { access } from 'node:fs/promises';
import { configSchema } from '../../../config/schema.ts';
import { isBonewatchError } from '../../../contract/errors.ts';
import type { LabelledImage } from '../../../evaluate/datasets/labelled-image.ts';
import {
  findDuplicates,
  groupsOf,
  THUMBNAIL_SIDE,
  type Likeness,
} from '../../../evaluate/datasets/near-duplicates.ts';
import { readDataset, type DatasetFormat } from '../../../evaluate/datasets/read-dataset.ts';
import {
  summariseDataset,
  type DatasetSummary,
  type SurveyedImage,
} from '../../../evaluate/datasets/summarise-dataset.ts';
import { mapConcurrently } from './analyze-labelled-images.ts';
import { openDecoder, type Decoder } from '../../../analysis/open-decoder.ts';
import { writeSummaryReport } from './write-reports.ts';
import { describeSummary } from './describe-summary.ts';
import { showProgress } from '../../progress.ts';
import { EXIT, print, printJson } from '../../terminal.ts';

export interface SummaryOptions {
  readonly format?: DatasetFormat;
  readonly report?: string;
  readonly json?: boolean;
}

/** A busy machine must not change the result for a file. */
const DEADLINE_MS = 10 * 60_000;

/** `dataset summary`: the contents of a labelled folder, and every inconsistency in it. */
export async function summarise(directory: string, options: SummaryOptions): Promise<number> {
  const { format, images } = await readDataset(directory, options.format);
  await using decoder = openDecoder(configSchema.shape.scope.parse({ decodeDeadlineMs: DEADLINE_MS }));
  const inspections = await inspectAll(images, decoder);
  const duplicates = findDuplicates(inspections.map(({ likeness }) => likeness));
  const groups = groupsOf(
    images.map(({ file }) => file),
    duplicates,
  );
  const summary: DatasetSummary = summariseDataset(
    inspections.map(({ surveyed }) => surveyed),
    duplicates,
    groups,
  );
  if (options.report !== undefined) {
    const surveyed = inspections.map((inspection) => inspection.surveyed);
    await writeSummaryReport(options.report, { summary, surveyed }, decoder);
  }
  const answer = { schema: 'bonewatch.dataset-summary/1', format, ...summary };
  if (options.json) printJson(answer);
  else print(describeSummary(summary).join('\n'));
  return EXIT.ok;
}

interface Inspection {
  readonly surveyed: SurveyedImage;
  readonly likeness: Likeness;
}

async function inspectAll(images: readonly LabelledImage[], decoder: Decoder): Promise<Inspection[]> {
  using progress = showProgress('looking at files', images.length);
  return await mapConcurrently(images, async (image) => {
    const inspection = await inspect(image, decoder);
    progress.step();
    return inspection;
  });
}

async function inspect(image: LabelledImage, decoder: Decoder): Promise<Inspection> {
  const { file, path } = image;
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  try {
    const { inspection, orientation, size, thumbnail, reason } = await decoder.survey(path, THUMBNAIL_SIDE);
    return {
      surveyed: {
        ...{ image, isThere, orientation, size },
        isWhole: inspection.isWhole,
        reason: reason && `${reason.message} [${reason.code}]`,
      },
      likeness: { file, sha256: inspection.sha256, thumbnail },
    };
  } catch (error) {
    if (!isBonewatchError(error)) throw error;
    return {
      surveyed: {
        ...{ image, isThere, orientation: null, size: null, isWhole: true },
        reason: `${error.message} [${error.code}]`,
      },
      likeness: { file, sha256: null, thumbnail: null },
    };
  }
}
