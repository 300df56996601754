import type { Analyzer } from './analyze-file.ts';
import type { Config } from '../config/schema.ts';
import { BonewatchError } from '../contract/errors.ts';
import type { InstalledModel } from '../inference/models/load-model.ts';
import { openChain, type Chain, type ChainMember } from '../inference/open-chain.ts';
import type { InferenceOptions } from '../inference/open-inference.ts';
import { thresholdsFor, type Thresholds } from './thresholds.ts';
import type { ProviderStatus } from '../inference/providers/provider-status.ts';
import { letterbox } from '../preprocess/letterbox.ts';
import { loadMembers } from './load-chain-members.ts';
import type { Logger } from '../contract/logger.ts';
import { openDecoder, type Decoder } from './open-decoder.ts';
import type { BodyPart } from '../contract/radiograph.ts';
import type { Scope } from '../radiograph/scope.ts';

/** A decoder and opened models: what the daemon, `analyze` and the self-test share. */
export interface Analysis extends AsyncDisposable {
  readonly analyzer: Analyzer;
  readonly models: readonly InstalledModel[];
  readonly inference: Chain;
  readonly decoder: Decoder;
}

export interface AnalysisOptions
  extends Pick<InferenceOptions, 'purpose'>, Required<Pick<InferenceOptions, 'proofPictures'>> {
  readonly onProviderChange?: (status: ProviderStatus) => void;
  readonly log: Logger;
}

type AnalysisConfig = Pick<Config, 'models' | 'scope' | 'alerts'>;

/** Opens a decoder and the configured models. Throws the named reason when one of the models cannot be used. */
export async function openAnalysis(config: AnalysisConfig, options: AnalysisOptions): Promise<Analysis> {
  await using opening = new AsyncDisposableStack();
  const decoder = opening.use(openDecoder(config.scope));
  const models = opening.use(await openModels(config, decoder, options));
  const opened = opening.move();
  return { ...models, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/**
 * Opens the configured models behind a decoder that is open already, and stays open when they are disposed. Throws the
 * named reason when one of them cannot be used.
 */
export async function openModels(
  config: AnalysisConfig,
  decoder: Decoder,
  options: AnalysisOptions,
): Promise<Analysis> {
  const members = await loadMembers(config.models);
  if (options.purpose !== 'measure') requireEightBits(config.models, members);
  const thresholds = await thresholdsFor(config, members);
  const inference = await openChain(members, {
    ...config.models,
    ...options,
    letterbox,
    log: options.log.child({ stage: 'inference' }),
  });
  return {
    models: members.map(({ model }) => model),
    inference,
    decoder,
    analyzer: analyzerFor({ members, inference, decoder }, config.scope, thresholds),
    [Symbol.asyncDispose]: () => inference[Symbol.asyncDispose](),
  };
}

/** Throws CONFIG_INVALID for eight bits without a quantised model. Without this check, a configuration with precision int8 would silently run at 16 bits. */
export function requireEightBits({ engines }: Config['models'], members: readonly ChainMember[]): void {
  if (engines.precision !== 'int8' || members.some(({ model }) => model.quantisation !== null)) return;
  throw new BonewatchError(
    'CONFIG_INVALID',
    `The setting models.engines.precision is int8, but ${members.map(({ model }) => model.identity.name).join(', ')} is not quantised; see docs/int8.md.`,
  );
}

interface OpenedModels extends Pick<Analysis, 'inference' | 'decoder'> {
  readonly members: readonly ChainMember[];
}

/** The analyzer of opened models. Their scope comes from their manifests unless the configuration sets another. */
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
    prepare: (source) => decoder.run({ type: 'prepare', source, limits, scope, inputs: inference.inputs }),
    detect: (tensors, picture, suspected) => inference.detect(tensors, picture, suspected),
    ...thresholds,
  };
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
    rawImages: scope.rawImages,
    saturatedShare: scope.saturatedShare,
  };
}
