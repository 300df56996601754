import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { analyzeFile } from '../../../analysis/analyze-file.ts';
import type { AnalysisResult } from '../../../contract/analysis-result.ts';
import { escapeName } from '../../../contract/escape-controls.ts';
import { createLogger } from '../../../daemon/reporting/create-logger.ts';
import { goldenPictures } from '../../../phantom/golden-pictures.ts';
import { openAnalysis, type Analysis } from '../../../analysis/open-analysis.ts';
import { encodeWithOverlay } from '../../../radiograph/pictures/raster-codec.ts';
import { overlaySvg } from '../../../radiograph/pictures/overlay-svg.ts';
import { chooseModels } from './choose-models.ts';
import { describeOutcome } from './describe-outcome.ts';
import { EXIT, print, printJson } from '../../terminal.ts';
import { walkPaths } from '../../walk-paths.ts';

export interface AnalyzeOptions {
  readonly config?: string;
  readonly model?: string;
  readonly json?: boolean;
  readonly overlay?: string;
}

/** Files in flight: one decodes while another is in the model. */
const CONCURRENCY = 2;

/** `analyze`: the daemon's own decoding and inference over files and folders; results in the order of the input. */
export async function analyze(paths: readonly string[], options: AnalyzeOptions): Promise<number> {
  const files = await walkPaths(paths);
  const config = await chooseModels(options);
  await using analysis = await openAnalysis(config, {
    proofPictures: goldenPictures,
    log: createLogger('warn'),
  });
  if (options.overlay !== undefined) await mkdir(options.overlay, { recursive: true });

  const pending: Promise<AnalysisResult>[] = [];
  const printNext = async (): Promise<void> => {
    const result = await pending.shift();
    if (!result) return;
    if (options.json) printJson(result);
    else print(`${escapeName(result.file)}: ${describeOutcome(result)}`);
  };
  for (const file of files) {
    pending.push(analyzeOne(file, analysis, options.overlay));
    if (pending.length >= CONCURRENCY) await printNext();
  }
  while (pending.length > 0) await printNext();
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
  const { result } = await analyzeFile({ source: path, sha256 }, analysis.analyzer);
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
