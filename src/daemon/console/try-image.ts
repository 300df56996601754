import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { analyzeFile } from '../../analysis/analyze-file.ts';
import type { Analysis } from '../../analysis/open-analysis.ts';
import type { AnalysisResult } from '../../contract/analysis-result.ts';
import type { Config } from '../../config/schema.ts';
import { isBonewatchError } from '../../contract/errors.ts';
import type { Part } from '../part.ts';

/** The result of an image that is not stored. */
export interface Trial {
  readonly result: AnalysisResult;
  /** In the form that the console draws; null if the file has no picture. */
  readonly picture: Uint8Array | null;
}

export interface TrialDeps {
  readonly config: Pick<Config, 'store'>;
  readonly analysis: Part<Analysis>;
}

/** Analyses images that a user tries out. */
export interface Trials {
  /**
   * Analyses bytes as if they had been exported: same decoding, same scope, same model. Leaves no row, alert, message or
   * file. Throws NOT_READY while the model is not loaded.
   */
  tryImage(bytes: Uint8Array): Promise<Trial>;
}

export function createTrials({ config, analysis }: TrialDeps): Trials {
  const folder = join(dirname(config.store.path), 'trials');
  return {
    async tryImage(bytes) {
      const { analyzer, decoder } = analysis.require();
      const path = join(folder, randomUUID());
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeFile(path, bytes, { mode: 0o600 });
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const { result } = await analyzeFile({ source: path, sha256 }, analyzer);
        const picture = await decoder.picture(path).catch(nullIfNamed);
        return { result: { ...result, file: '' }, picture: picture?.full ?? null };
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

function nullIfNamed(error: unknown): null {
  if (!isBonewatchError(error)) throw error;
  return null;
}
