import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { analyzeFile } from '../../analysis/analyze-file.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { Config } from '../../config/schema.ts';
import { BonewatchError, isBonewatchError } from '../../contract/errors.ts';
import type { LiveParts } from '../live-parts.ts';

/** What came out of an image that was only tried. */
export interface Trial {
  readonly result: AnalysisResult;
  /** As the console draws it; null for what has no picture. */
  readonly picture: Uint8Array | null;
}

/**
 * Analyses bytes as if they had been exported: same decoding, same scope, same model. Nothing of it is kept: no row, no
 * alert, no message, and the file is gone when it returns. Throws MODEL_INVALID's kin only while no model is up.
 */
export async function tryImage(
  bytes: Uint8Array,
  { config, live }: { readonly config: Pick<Config, 'store'>; readonly live: Pick<LiveParts, 'analysis'> },
): Promise<Trial> {
  const { analysis } = live;
  if (analysis === null) throw new BonewatchError('INFERENCE_CRASHED', 'The model is not up yet.');
  const folder = join(dirname(config.store.path), 'trials');
  const path = join(folder, randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(path, bytes, { mode: 0o600 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { result } = await analyzeFile({ path, sha256 }, analysis.analyzer);
    const picture = await analysis.decoder.picture(path).catch((error: unknown) => {
      if (!isBonewatchError(error)) throw error;
      return null;
    });
    return { result: { ...result, file: '' }, picture: picture?.full ?? null };
  } finally {
    await rm(path, { force: true });
  }
}
