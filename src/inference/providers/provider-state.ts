import type { ProviderFault } from '../../contract/error-table/error-entry.ts';
import type { ExecutionProvider } from '../../contract/finding.ts';

/** `load`: no GPU responded, so nothing was built. */
export type BuildFault = Extract<ProviderFault, 'missing' | 'load' | 'build'>;

/** Why a provider does not serve, and when it is tried again. */
export interface SetAside {
  readonly fault: ProviderFault;
  /** Plain text that may be logged and shown. */
  readonly reason: string;
  /** Consecutive failures, without long service in between. */
  readonly failures: number;
  /** Milliseconds on the clock; null: not before the next start. */
  readonly retryAt: number | null;
}

/** TensorRT's engine for the model at hand. */
export type EngineStage = 'unknown' | 'inspecting' | 'none' | 'building' | 'ready';

export interface ProviderState {
  /** The allowed providers, best first. */
  readonly wanted: readonly ExecutionProvider[];
  readonly serving: ExecutionProvider | null;
  readonly servingSince: number;
  /** Why the bundled runtime serves instead of the configured library; null: it does not. */
  readonly substitutes: string | null;
  /** Providers being opened and verified: at most one better than the serving one, and the CPU. */
  readonly opening: readonly ExecutionProvider[];
  readonly engine: EngineStage;
  /** Start of the last build. */
  readonly buildingSince: number;
  /** Duration of the last build on this machine; null if unknown. */
  readonly usualBuildMs: number | null;
  /** Whether an engine was built since the last time TensorRT was set aside: a second build would fail the same way. */
  readonly hasBuilt: boolean;
  readonly setAside: Readonly<Partial<Record<ExecutionProvider, SetAside>>>;
  readonly hasServed: readonly ExecutionProvider[];
  /** Why no provider can load the model; then nothing is retried. */
  readonly fatal: string | null;
}

export type ProviderEvent =
  | { readonly type: 'started' }
  | {
      readonly type: 'inspected';
      readonly engine: 'ready' | 'none' | 'damaged';
      readonly usualBuildMs?: number | null;
    }
  | { readonly type: 'built' }
  | { readonly type: 'build-failed'; readonly fault: BuildFault; readonly reason: string }
  | {
      readonly type: 'opened';
      readonly provider: ExecutionProvider;
      readonly substitutes?: string | undefined;
    }
  | {
      readonly type: 'refused' | 'lost';
      readonly provider: ExecutionProvider;
      readonly fault: ProviderFault;
      readonly reason: string;
    }
  | { readonly type: 'model-refused'; readonly reason: string }
  | { readonly type: 'woken' };

/** Actions for the driver; each except `close` and `quarantine` results in exactly one event. */
export type ProviderAction =
  | { readonly type: 'inspect' | 'build' | 'quarantine' }
  | { readonly type: 'open'; readonly provider: ExecutionProvider }
  | { readonly type: 'close'; readonly provider: ExecutionProvider };

export interface Step {
  readonly state: ProviderState;
  readonly actions: readonly ProviderAction[];
}

export function initialState(wanted: readonly ExecutionProvider[]): ProviderState {
  return {
    wanted,
    serving: null,
    servingSince: 0,
    substitutes: null,
    opening: [],
    engine: 'unknown',
    buildingSince: 0,
    usualBuildMs: null,
    hasBuilt: false,
    setAside: {},
    hasServed: [],
    fatal: null,
  };
}
