import { readdir, readFile, stat } from 'node:fs/promises';
import { manifestSchema, type Manifest } from '../src/inference/models/manifest.ts';
import { table } from './markdown.ts';

export interface ShippedModel {
  readonly manifest: Manifest;
  readonly bytes: number;
}

/** Every model below a folder, the default one first. */
export async function readShippedModels(folder: URL): Promise<ShippedModel[]> {
  const names = await readdir(folder);
  const models = await Promise.all(
    names.map(async (name) => {
      const at = (file: string): URL => new URL(`${name}/${file}`, folder);
      const manifest = manifestSchema.parse(JSON.parse(await readFile(at('model.json'), 'utf8')));
      const { size } = await stat(at(manifest.file));
      return { manifest, bytes: size };
    }),
  );
  return models.toSorted((a, b) => rank(a) - rank(b) || (a.manifest.name < b.manifest.name ? -1 : 1));
}

/** The shipped models in one table, on the split that their manifests name, with their measured times. */
export function renderFamilies(
  models: readonly ShippedModel[],
  times: readonly { readonly name: string; readonly inferenceMs: { readonly p50: number } }[],
): string {
  return table(
    ['model', 'family', 'image AUC', 'AP50', 'sensitivity at specificity 0.90', 'size', 'time on the CPU'],
    models.map(({ manifest, bytes }) => {
      const { metrics } = manifest.training;
      const time = times.find(({ name }) => name === manifest.name);
      if (!time) throw new Error(`The bench report has no time for ${manifest.name}: run npm run bench.`);
      return [
        `\`${manifest.name}\` ${manifest.version}`,
        manifest.family,
        figure(metrics.auc),
        metrics.ap50 ? figure(metrics.ap50) : '–',
        figure(metrics.sensitivityAtSpecificity90),
        `${(bytes / 1e6).toFixed(1)} MB`,
        `${Math.round(time.inferenceMs.p50)} ms`,
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
