import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { loadModel } from '../inference/models/load-model.ts';
import type { ChainMember } from '../inference/open-chain.ts';
import { SHIPPED_MODELS_DIRECTORY } from '../contract/package-facts.ts';

/** The configured models with their roles, each verified against its manifest. Throws as `loadModel` does. */
export async function loadMembers({
  directory = SHIPPED_MODELS_DIRECTORY,
  active,
}: Pick<Config['models'], 'directory' | 'active'>): Promise<ChainMember[]> {
  const entries = active.map((entry) =>
    typeof entry === 'string' ? { model: entry, role: 'detector' as const, weight: 1 } : entry,
  );
  return Promise.all(
    entries.map(async ({ model, role, weight, ...gate }) => {
      const threshold = 'threshold' in gate ? (gate.threshold ?? null) : null;
      return { model: await loadModel(join(directory, model)), role, weight, threshold };
    }),
  );
}
