import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { analyzeFile } from '../../src/analysis/analyze-file.ts';
import { configSchema } from '../../src/config/schema.ts';
import { listModels } from '../../src/inference/models/load-model.ts';
import { createLogger } from '../../src/daemon/reporting/create-logger.ts';
import { goldenPictures } from '../../src/phantom/golden-pictures.ts';
import { openAnalysis } from '../../src/analysis/open-analysis.ts';
import { drawPhantom } from '../../src/phantom/draw-phantom.ts';
import { writePhantomDicom } from '../../src/phantom/write-phantom-dicom.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../../src/contract/package-facts.ts';

const RUNS = 30;
const WARM_UP = 5;

export interface ModelTime {
  readonly name: string;
  readonly inferenceMs: { readonly p50: number; readonly p95: number };
}

/** Measures the inference time of every shipped model on the CPU, through the daemon's inference process. */
export async function timeModels(): Promise<ModelTime[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bonewatch-bench-'));
  try {
    const path = join(folder, 'phantom.dcm');
    await writeFile(path, writePhantomDicom(drawPhantom({ kind: 'forearm', isFractured: true, seed: 12 })));
    const times: ModelTime[] = [];
    for (const name of await listModels(SHIPPED_MODELS_DIRECTORY)) times.push(await timeModel(name, path));
    return times;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timeModel(name: string, path: string): Promise<ModelTime> {
  const { shape } = configSchema;
  const config = {
    models: shape.models.parse({
      directory: SHIPPED_MODELS_DIRECTORY,
      active: [name],
      executionProviders: ['cpu'],
    }),
    scope: shape.scope.parse({}),
    alerts: shape.alerts.parse({}),
  };
  await using analysis = await openAnalysis(config, {
    proofPictures: goldenPictures,
    log: createLogger('warn'),
  });
  const times: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    const { result } = await analyzeFile({ source: path, sha256: null }, analysis.analyzer);
    if (result.status !== 'analysed')
      throw new Error(`Model ${name} analysed no image: ${result.reason?.message ?? result.status}`);
    if (run >= WARM_UP) times.push(result.timingsMs?.inference ?? 0);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => Math.round((times[Math.ceil(share * RUNS) - 1] ?? 0) * 10) / 10;
  return { name, inferenceMs: { p50: at(0.5), p95: at(0.95) } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await timeModels(), null, 2)}\n`);
}
