import { readdir, readFile, stat } from 'node:fs/promises';
import type { EvaluationAnswer } from '../src/commands/evaluate.ts';
import { manifestSchema, type Manifest } from '../src/inference/manifest.ts';
import { table } from './markdown.ts';

/** A shipped model with its size and, where it was made, `evaluation.json`: what `bonewatch evaluate --json` printed. */
export interface ShippedModel {
  readonly manifest: Manifest;
  readonly bytes: number;
  readonly evaluation: EvaluationAnswer | null;
}

/** Every model below a folder, the default one first. */
export async function readShippedModels(folder: URL): Promise<ShippedModel[]> {
  const names = await readdir(folder);
  const models = await Promise.all(
    names.map(async (name) => {
      const at = (file: string): URL => new URL(`${name}/${file}`, folder);
      const manifest = manifestSchema.parse(JSON.parse(await readFile(at('model.json'), 'utf8')));
      const { size } = await stat(at(manifest.file));
      const evaluation = await readFile(at('evaluation.json'), 'utf8').then(
        (text) => JSON.parse(text) as EvaluationAnswer,
        () => null,
      );
      return { manifest, bytes: size, evaluation };
    }),
  );
  return models.toSorted((a, b) => rank(a) - rank(b) || (a.manifest.name < b.manifest.name ? -1 : 1));
}

/** The shipped models beside each other, on the split that their manifests name. */
export function renderFamilies(models: readonly ShippedModel[]): string {
  return table(
    ['model', 'family', 'image AUC', 'AP50', 'sensitivity at specificity 0.90', 'size', 'model time'],
    models.map(({ manifest, bytes, evaluation }) => {
      const { metrics } = manifest.training;
      return [
        `\`${manifest.name}\` ${manifest.version}`,
        manifest.family,
        figure(metrics.auc),
        metrics.ap50 ? figure(metrics.ap50) : '–',
        figure(metrics.sensitivityAtSpecificity90),
        `${(bytes / 1e6).toFixed(1)} MB`,
        evaluation ? `${Math.round(evaluation.latencyMs.inferenceP50)} ms` : '–',
      ];
    }),
  );
}

function rank({ manifest }: ShippedModel): number {
  return manifest.name === 'fracture-default' ? 0 : 1;
}

function figure({ value, ci95: [low, high] }: { value: number; ci95: readonly [number, number] }): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} – ${high.toFixed(3)})`;
}
