/** Writes the figures of `bonewatch evaluate --json` into a model's folder and manifest: `node adopt.ts MODEL_FOLDER EVALUATION` */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationAnswer } from '../src/cli/commands/evaluate/evaluate.ts';
import type { Manifest } from '../src/inference/models/manifest.ts';

const [folder, report] = process.argv.slice(2);
if (folder === undefined || report === undefined) {
  throw new Error('Usage: node adopt.ts MODEL_FOLDER EVALUATION');
}
const file = join(folder, 'model.json');
const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
const evaluation = JSON.parse(await readFile(report, 'utf8')) as EvaluationAnswer;
if (evaluation.models.length !== 1 || evaluation.models[0]?.sha256 !== manifest.sha256) {
  throw new Error('The evaluation is of another model: evaluate this model again.');
}
const { image, boxes, dice, images, positives } = evaluation;
if (image.auc === null || image.aucCi95 === null || image.sensitivityAtSpecificity90 === null) {
  throw new Error('The evaluated part needs both fractured and intact images.');
}
const metrics = {
  ...manifest.training.metrics,
  images,
  positives,
  auc: { value: image.auc, ci95: image.aucCi95 },
  ...(boxes?.ap50Ci95 && { ap50: { value: boxes.ap50, ci95: boxes.ap50Ci95 } }),
  ...(boxes?.ap50_95Ci95 && { ap50_95: { value: boxes.ap50_95, ci95: boxes.ap50_95Ci95 } }),
  ...(dice && { dice: { value: dice.value, ci95: dice.ci95 } }),
  sensitivityAtSpecificity90: image.sensitivityAtSpecificity90,
  operatingPoints: image.operatingPoints.map(({ name, threshold, sensitivity, specificity, ppv, npv }) => ({
    name,
    threshold,
    sensitivity,
    specificity,
    ppv,
    npv,
  })),
};
const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value;
const adopted = JSON.parse(JSON.stringify(metrics, rounded)) as Manifest['training']['metrics'];
const training = { ...manifest.training, metrics: adopted };
await writeFile(file, `${JSON.stringify({ ...manifest, training }, null, 2)}\n`);
await writeFile(join(folder, 'evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`);
