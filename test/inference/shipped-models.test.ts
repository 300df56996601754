import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationAnswer } from '../../src/cli/commands/evaluate/evaluate.ts';
import { manifestSchema } from '../../src/inference/models/manifest.ts';
import { DEMO_PHANTOMS, phantomName } from '../../src/phantom/phantom-set.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';

async function readJson(...path: string[]): Promise<unknown> {
  return JSON.parse(await readFile(join(SHIPPED_MODELS_DIRECTORY, ...path), 'utf8'));
}

describe('the shipped models', async () => {
  it.each(await readdir(SHIPPED_MODELS_DIRECTORY))(
    'the manifest of %s states the figures that evaluate measured with the same weights',
    async (name) => {
      const { sha256, training } = manifestSchema.parse(await readJson(name, 'model.json'));
      const { metrics } = training;
      const evaluation = (await readJson(name, 'evaluation.json')) as EvaluationAnswer;
      const { models, image, boxes, dice, dataset, images, positives } = evaluation;

      expect(models).toMatchObject([{ name, sha256 }]);
      expect(dataset.part).toBe('validation');
      expect({ images, positives }).toEqual({ images: metrics.images, positives: metrics.positives });
      const stated = [metrics.auc, metrics.sensitivityAtSpecificity90, metrics.ap50, metrics.dice];
      const found = [
        { value: image.auc, ci95: image.aucCi95 },
        image.sensitivityAtSpecificity90,
        boxes && { value: boxes.ap50, ci95: boxes.ap50Ci95 },
        dice,
      ];
      for (const [index, figure] of stated.entries()) {
        expect(figure === undefined, `figure ${index}`).toBe(found[index] === null);
        if (figure === undefined) continue;
        expect(found[index]?.value).toBeCloseTo(figure.value, 3);
        for (const end of [0, 1] as const) expect(found[index]?.ci95?.[end]).toBeCloseTo(figure.ci95[end], 3);
      }
    },
  );

  it.each(await readdir(SHIPPED_MODELS_DIRECTORY))(
    'the manifest of %s lists every demo phantom as golden',
    async (name) => {
      const { golden } = manifestSchema.parse(await readJson(name, 'model.json'));
      expect(golden.map(({ phantom }) => phantom)).toEqual(DEMO_PHANTOMS.map(phantomName));
    },
  );
});
