import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { analyzeFile } from '../analyze-file.ts';
import type { AnalysisResult } from '../analysis-result.ts';
import { loadConfig } from '../config/load-config.ts';
import { configSchema, type Config } from '../config/schema.ts';
import { createLog } from '../log.ts';
import { openAnalysis, type Analysis } from '../open-analysis.ts';
import { encodeWithOverlay } from '../radiograph/raster-codec.ts';
import { overlaySvg } from '../radiograph/overlay-svg.ts';
import { describeOutcome } from './describe-outcome.ts';
import { EXIT, print } from './terminal.ts';
import { walkPaths } from './walk-paths.ts';

export interface AnalyzeOptions {
  readonly config?: string;
  readonly model?: string;
  readonly json?: boolean;
  readonly overlay?: string;
}

/** Files in flight: one decodes while another is in the model. */
const CONCURRENCY = 2;

/** `analyze`: the daemon's own decoding and inference over files and folders; answers in the order of the input. */
export async function analyze(paths: readonly string[], options: AnalyzeOptions): Promise<number> {
  const files = await walkPaths(paths);
  const config = await configFor(options);
  await using analysis = await openAnalysis(config, createLog('warn'));
  if (options.overlay !== undefined) await mkdir(options.overlay, { recursive: true });

  const pending: Promise<AnalysisResult>[] = [];
  const answer = async (): Promise<void> => {
    const result = await pending.shift();
    if (result) print(options.json ? JSON.stringify(result) : `${result.file}: ${describeOutcome(result)}`);
  };
  for (const file of files) {
    pending.push(analyzeOne(file, analysis, options.overlay));
    if (pending.length >= CONCURRENCY) await answer();
  }
  while (pending.length > 0) await answer();
  return EXIT.ok;
}

async function analyzeOne(
  path: string,
  analysis: Analysis,
  overlay: string | undefined,
): Promise<AnalysisResult> {
  const sha256 = await analysis.decoder.inspect(path).then(
    (inspection) => inspection.sha256,
    () => null,
  );
  const { result } = await analyzeFile({ path, sha256 }, analysis.analyzer);
  if (overlay !== undefined && result.status === 'analysed')
    await writeOverlay(path, result, { analysis, overlay });
  return result;
}

async function writeOverlay(
  path: string,
  result: AnalysisResult,
  { analysis, overlay }: { analysis: Analysis; overlay: string },
): Promise<void> {
  const picture = await analysis.decoder.render(path, { bits: 8, raw: false });
  const marks = result.findings.map(({ box, confidence }, index) => ({
    box,
    isDefinite: confidence >= analysis.analyzer.definite,
    tag: `${index + 1} · ${confidence.toFixed(2)}`,
  }));
  const target = join(overlay, `${basename(path)}.png`);
  await writeFile(target, await encodeWithOverlay(picture, overlaySvg(picture, marks)));
}

async function configFor({
  config,
  model,
}: AnalyzeOptions): Promise<Pick<Config, 'models' | 'scope' | 'alerts'>> {
  const base = config === undefined ? defaults() : await loadConfig(config);
  if (model === undefined) return base;
  const isFolder = model.includes('/') || model === '.';
  const chosen = isFolder
    ? { directory: dirname(resolve(model)), active: [basename(resolve(model))] }
    : { active: [model] };
  return { ...base, models: { ...base.models, ...chosen } };
}

/** Without a configuration nothing better than the CPU was asked for, so nothing is degraded. */
function defaults(): Pick<Config, 'models' | 'scope' | 'alerts'> {
  const { shape } = configSchema;
  return {
    models: shape.models.parse({ executionProviders: ['cpu'] }),
    scope: shape.scope.parse({}),
    alerts: shape.alerts.parse({}),
  };
}
