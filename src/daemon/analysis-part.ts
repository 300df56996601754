import type { Analysis } from '../analysis/open-analysis.ts';
import { openModels } from '../analysis/open-analysis.ts';
import type { Decoder } from '../analysis/open-decoder.ts';
import { readThresholds, type Thresholds } from '../analysis/thresholds.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../contract/logger.ts';
import type { ProviderStatus } from '../inference/providers/provider-status.ts';
import { goldenPictures } from '../phantom/golden-pictures.ts';
import { createPart, type Part } from './part.ts';

/** The models of the daemon, which may take minutes to load. */
export interface AnalysisPart extends Part<Analysis>, AsyncDisposable {
  /** Loads the models; resolves when they serve. Throws the named reason when one cannot. */
  load(): Promise<void>;
  /** The state of the execution providers; null before the first is tried. */
  providers(): ProviderStatus | null;
  /** Calls back at every change of the execution providers. */
  onProviderChange(listener: () => void): void;
  /** The thresholds of the configured models, also while they are loading. Throws as `loadModel` does. */
  thresholds(): Promise<Thresholds>;
}

export interface AnalysisPartDeps {
  readonly config: Pick<Config, 'models' | 'scope' | 'alerts'>;
  readonly decoder: Decoder;
  readonly log: Logger;
}

/** Models that are not loaded yet. */
export function createAnalysisPart({ config, decoder, log }: AnalysisPartDeps): AnalysisPart {
  const part = createPart<Analysis>('The model is not loaded yet.');
  const listeners = new Set<() => void>();
  let loading: ProviderStatus | null = null;
  let fromManifests: Promise<Thresholds> | null = null;

  function onProviderChange(status: ProviderStatus): void {
    loading = status;
    for (const listener of listeners) listener();
  }

  return {
    state: part.state,
    require: part.require,
    async load() {
      await part.open(openModels(config, decoder, { proofPictures: goldenPictures, onProviderChange, log }));
      for (const listener of listeners) listener();
    },
    providers() {
      const models = part.state();
      return models.state === 'up' ? models.value.inference.providerStatus() : loading;
    },
    onProviderChange: (listener) => void listeners.add(listener),
    async thresholds() {
      const models = part.state();
      if (models.state === 'up') return models.value.analyzer;
      fromManifests ??= readThresholds(config);
      return fromManifests;
    },
    [Symbol.asyncDispose]: () => part[Symbol.asyncDispose](),
  };
}
