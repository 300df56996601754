import { join } from 'node:path';
import { analyzeFile } from '../../../analysis/analyze-file.ts';
import { configSchema } from '../../../config/schema.ts';
import { listModels, loadModel } from '../../../inference/models/load-model.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../../contract/package-facts.ts';
import { verifyGolden } from './verify-golden.ts';
import { openEvaluationAnalysis } from '../evaluate/open-evaluation-analysis.ts';
import { EXIT, print, printJson, table } from '../../terminal.ts';

export interface ModelOptions {
  readonly directory?: string;
}

/** `model list`: the installed models, one line each. */
export async function listInstalledModels({
  directory = SHIPPED_MODELS_DIRECTORY,
}: ModelOptions): Promise<number> {
  const names = await listModels(directory);
  const rows = await Promise.all(
    names.map(async (name) => {
      const { manifest } = await loadModel(join(directory, name));
      const { auc, sensitivityAtSpecificity90: sensitivity } = manifest.training.metrics;
      return [
        manifest.name,
        manifest.version,
        manifest.task,
        `${manifest.input.width}×${manifest.input.height}`,
        `AUC ${auc.value.toFixed(3)}`,
        `sensitivity ${sensitivity.value.toFixed(2)} at specificity 0.90`,
      ];
    }),
  );
  for (const line of table(rows)) print(line);
  return EXIT.ok;
}

/** `model show`: the unchanged manifest. */
export async function showModel(
  name: string,
  { directory = SHIPPED_MODELS_DIRECTORY }: ModelOptions,
): Promise<number> {
  const { manifest } = await loadModel(join(directory, name));
  printJson(manifest, 2);
  return EXIT.ok;
}

/** `model verify`: the weights' hash, then every golden phantom of the manifest through the real pipeline. */
export async function verifyModel(
  name: string,
  { directory = SHIPPED_MODELS_DIRECTORY }: ModelOptions,
): Promise<number> {
  const { shape } = configSchema;
  const config = {
    models: shape.models.parse({ directory, active: [name], executionProviders: ['cpu'] }),
    scope: shape.scope.parse({}),
    alerts: shape.alerts.parse({}),
  };
  await using analysis = await openEvaluationAnalysis(config);
  const [model] = analysis.models;
  print(`${name}: SHA-256 ${model?.identity.sha256 ?? ''} as in the manifest`);
  const checks = await verifyGolden(model?.manifest.golden ?? [], (path) =>
    analyzeFile({ source: path, sha256: null }, analysis.analyzer),
  );
  for (const { phantom, fault } of checks) print(`${name}: ${phantom}: ${fault ?? 'as expected'}`);
  if (checks.length === 0) print(`${name}: the manifest names no golden phantom; only the hash is verified`);
  return checks.some(({ fault }) => fault !== null) ? EXIT.failed : EXIT.ok;
}
