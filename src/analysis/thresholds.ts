import type { Config } from '../config/schema.ts';
import { readOperatingPoints } from '../inference/models/operating-points.ts';
import type { ChainMember } from '../inference/open-chain.ts';
import type { Analyzer } from './analyze-file.ts';
import { loadMembers } from './load-chain-members.ts';

/** From which confidence on a finding is suspected, and from which it is very likely. */
export type Thresholds = Pick<Analyzer, 'suspected' | 'definite'>;

/** The thresholds of the configured models, which need not be running. Throws as `loadModel` does. */
export async function readThresholds(config: Pick<Config, 'models' | 'alerts'>): Promise<Thresholds> {
  return thresholdsFor(config, await loadMembers(config.models));
}

/** The operating points: the configuration's, else those of a file, else those of the first detector. */
export async function thresholdsFor(
  { models, alerts }: Pick<Config, 'models' | 'alerts'>,
  members: readonly ChainMember[],
): Promise<Thresholds> {
  const identities = members.map(({ model }) => model.identity);
  const own = members.find(({ role }) => role === 'detector')?.model.manifest.thresholds;
  const fixed =
    models.operatingPoints === undefined
      ? own
      : await readOperatingPoints(models.operatingPoints, identities);
  const suspected = alerts.suspected ?? fixed?.suspected;
  const definite = alerts.definite ?? fixed?.definite;
  if (suspected === undefined || definite === undefined)
    throw new Error('The chain of models has no detector.');
  return { suspected, definite };
}
