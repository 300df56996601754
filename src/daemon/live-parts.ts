import type { WardSupervisor } from './wards/ward-supervisor.ts';
import type { Chain } from '../inference/open-chain.ts';
import type { ProviderStatus } from '../inference/providers/provider-status.ts';
import type { Analysis } from '../analysis/open-analysis.ts';
import type { Pictures } from './console/open-pictures.ts';
import type { Pipeline } from './pipeline.ts';
import type { Broker } from '../publish/broker/connect-broker.ts';
import type { InboxWatcher } from '../watcher/watch-inboxes.ts';

/**
 * The parts of the daemon that come up one after the other, each null until it is there. What reports on them is up
 * first, so that a daemon whose model is being built for minutes can say so.
 */
export interface LiveParts {
  broker: Broker | null;
  wards: WardSupervisor | null;
  pictures: Pictures | null;
  analysis: Analysis | null;
  inference: Chain | null;
  /** While the models are being opened: what the present one says of its execution providers. */
  loading: ProviderStatus | null;
  pipeline: Pipeline | null;
  watcher: InboxWatcher | null;
  /** Every inbox was looked through once. */
  hasScanned: boolean;
  /** No image is taken in, because the disk is full. */
  isPaused: boolean;
}

/** Nothing is up yet. */
export function noLiveParts(): LiveParts {
  return {
    broker: null,
    wards: null,
    pictures: null,
    analysis: null,
    inference: null,
    loading: null,
    pipeline: null,
    watcher: null,
    hasScanned: false,
    isPaused: false,
  };
}

/** What the execution providers are about; null before the first is tried. */
export function providersOf({
  inference,
  loading,
}: Pick<LiveParts, 'inference' | 'loading'>): ProviderStatus | null {
  return inference === null ? loading : inference.providerStatus();
}
