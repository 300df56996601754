import type { Analyzer } from './analyze-file.ts';
import type { Config } from '../config/schema.ts';
import { BonewatchError } from '../contract/errors.ts';
import type { InstalledModel } from '../inference/models/load-model.ts';
import { openChain, type Chain, type ChainMember } from '../inference/open-chain.ts';
import type { InferenceOptions } from '../inference/open-inference.ts';
import { readOperatingPoints } from '../inference/models/operating-points.ts';
import type { ProviderStatus } from '../inference/providers/provider-status.ts';
import { letterbox } from '../preprocess/letterbox.ts';
import { loadMembers } from './load-chain-members.ts';
import type { Logger } from '../contract/logger.ts';
import { openDecoder, type Decoder } from './open-decoder.ts';
import type { BodyPart } from '../contract/radiograph.ts';
import type { Scope } from '../radiograph/scope.ts';

/** Decoding and inference made ready: what the daemon, `analyze` and the self-test share. */
export interface Analysis extends AsyncDisposable {
  readonly analyzer: Analyzer;
  readonly models: readonly InstalledModel[];
  readonly inference: Chain;
  readonly decoder: Decoder;
}

export interface AnalysisOptions
  extends Pick<InferenceOptions, 'purpose'>, Required<Pick<InferenceOptions, 'proofPictures'>> {
  readonly onProviderChange?: (status: ProviderStatus) => void;
}

/** Opens the configured models and everything in front of them. Throws the named reason when one cannot serve. */
export async function openAnalysis(
  config: Pick<Config, 'models' | 'scope' | 'alerts'>,
  log: Logger,
  options: AnalysisOptions,
): Promise<Analysis> {
  const members = await loadMembers(config.models);
  if (options.purpose !== 'measure') requireEightBits(config.models, members);
  const thresholds = await thresholdsFor(config, members);
  const inference = await openChain(members, {
    ...config.models,
    ...options,
    letterbox,
    log: log.child({ stage: 'inference' }),
  });
  const decoder = openDecoder(config.scope);
  return {
    models: members.map(({ model }) => model),
    inference,
    decoder,
    analyzer: analyzerFor({ members, inference, decoder }, config.scope, thresholds),
    async [Symbol.asyncDispose]() {
      await Promise.all([decoder[Symbol.asyncDispose](), inference[Symbol.asyncDispose]()]);
    },
  };
}

/** What asks for eight bits and silently got sixteen would be taken for what it is not. */
function requireEightBits({ engines }: Config['models'], members: readonly ChainMember[]): void {
  if (engines.precision !== 'int8' || members.some(({ model }) => model.quantisation !== null)) return;
  throw new BonewatchError(
    'CONFIG_INVALID',
    `models.engines.precision is int8, but ${members.map(({ model }) => model.identity.name).join(', ')} is not quantised; see docs/int8.md`,
  );
}

type Thresholds = Pick<Analyzer, 'suspected' | 'definite'>;

interface OpenedModels extends Pick<Analysis, 'inference' | 'decoder'> {
  readonly members: readonly ChainMember[];
}

/** What opened models need to answer for a file; their scope is theirs unless the configuration says other. */
export function analyzerFor(
  { members, inference, decoder }: OpenedModels,
  configured: Config['scope'],
  thresholds: Thresholds,
): Analyzer {
  const models = members.map(({ model }) => model);
  const scope = scopeOf(configured, models);
  const { maxMegapixels, windowIndex } = configured;
  const limits = { maxMegapixels, windowIndex };
  return {
    prepare: (path) => decoder.run({ type: 'prepare', path, limits, scope, inputs: inference.inputs }),
    detect: (tensors, picture, suspected) => inference.detect(tensors, picture, suspected),
    ...thresholds,
  };
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
  if (suspected === undefined || definite === undefined) throw new Error('a chain without a detector');
  return { suspected, definite };
}

/** A body part is in scope when every model covers it, an age when it is for all. */
function scopeOf(scope: Config['scope'], models: readonly InstalledModel[]): Scope {
  const ages = models.flatMap(({ manifest }) => manifest.scope.minAgeYears ?? []);
  const covered = models
    .map(({ manifest }) => manifest.scope.bodyParts)
    .filter((parts) => parts.length > 0)
    .reduce<readonly BodyPart[] | null>(
      (shared, parts) => shared?.filter((part) => parts.includes(part)) ?? parts,
      null,
    );
  const bodyParts = scope.bodyParts === 'model' ? covered : scope.bodyParts;
  return {
    modalities: scope.modalities,
    bodyParts: bodyParts !== null && bodyParts.length > 0 ? bodyParts : null,
    minAgeYears: scope.minAgeYears ?? (ages.length > 0 ? Math.max(...ages) : null),
    forProcessing: scope.forProcessing,
    saturatedShare: scope.saturatedShare,
  };
}
